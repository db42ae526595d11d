from random import Random

from bench.models.companies import EXAMPLES, companies
from ridealong.learning.datasets import Row


def turns(intent: str, *, said: int = 6, asked: int = 6) -> list[Row]:
    rows = [Row(f"{intent} {number}", intent) for number in range(said)]
    return rows + [Row(f"{intent} dev {number}", intent, dev=True) for number in range(asked)]


def test_a_company_has_its_own_requests_and_neither_talk_nor_double_labels() -> None:
    (company,) = companies(
        [
            *turns("airline.bookflight"),
            *turns("airline.getseatinfo"),
            *turns("airline.thankyou"),
            *turns("airline.a<div>b"),
            *turns("media.viewbills"),
        ]
    )

    assert company.labels == ("airline.bookflight", "airline.getseatinfo")


def test_an_intent_with_too_few_rows_is_left_out() -> None:
    (company,) = companies(
        [
            *turns("media.a"),
            *turns("media.b"),
            *turns("media.c", said=4),
            *turns("media.d", asked=4),
        ]
    )

    assert company.labels == ("media.a", "media.b")


def test_five_examples_of_each_are_drawn_and_none_of_them_is_asked() -> None:
    (company,) = companies([*turns("media.a", said=30), *turns("media.b", said=30)])

    drawn = company.draw(Random(1))

    assert [row.label for row in drawn] == ["media.a"] * EXAMPLES + ["media.b"] * EXAMPLES
    assert not {row.text for row in drawn} & {row.text for row in company.asked}
    assert drawn != company.draw(Random(2))
