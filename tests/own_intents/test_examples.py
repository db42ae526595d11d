"""Which examples are taken, which are counted only, and which are refused."""

import pytest

from ridealong.own_intents import examples as rules
from ridealong.own_intents.errors import ExamplesRefused
from ridealong.own_intents.examples import Example, admit, newest_of_each, words_of

SECRET = "swordfish is my password"


def example(text: str, label: str = "a", since: int = 0) -> Example:
    return Example(text, label, "en", since)


def test_new_examples_stand_behind_those_that_are_kept() -> None:
    admitted = admit([example("one")], [example("two", since=1)], replaces=False)

    assert [each.text for each in admitted.examples] == ["one", "two"]
    assert (admitted.added, admitted.repeated, admitted.unreadable) == (1, 0, 0)


def test_a_text_that_differs_in_writing_only_counts_once() -> None:
    new = [example("Where is it?"), example("  where IS\n it? "), example("ｗhere is it?")]

    admitted = admit([], new, replaces=False)

    assert len(admitted.examples) == 1
    assert admitted.repeated == 2


def test_a_text_without_letters_or_digits_is_counted_and_left_out() -> None:
    admitted = admit(
        [], [example("?!"), example(" "), example("👍"), example("ok")], replaces=False
    )

    assert [each.text for each in admitted.examples] == ["ok"]
    assert admitted.unreadable == 3


def test_a_text_with_two_labels_is_refused_by_row_and_never_echoed() -> None:
    new = [example(SECRET, "a"), example("other"), example(SECRET.upper(), "b")]

    with pytest.raises(ExamplesRefused, match="row 3 and row 1") as refused:
        admit([], new, replaces=False)
    assert "swordfish" not in str(refused.value).lower()


def test_a_text_that_is_kept_under_another_label_is_refused() -> None:
    with pytest.raises(ExamplesRefused, match="row 1 and an example that is kept"):
        admit([example(SECRET, "a")], [example(SECRET, "b")], replaces=False)


def test_many_contradictions_are_told_in_short() -> None:
    new = [example(str(n), label) for label in "ab" for n in range(50)]

    with pytest.raises(ExamplesRefused, match="and 40 more"):
        admit([], new, replaces=False)


def test_replacing_forgets_what_is_not_sent_again_and_may_give_other_labels() -> None:
    kept = [example("one", "a", 1), example("two", "a", 1)]

    admitted = admit(
        kept, [example("one", "a", 2), example("two", "b", 2), example("3", "b", 2)], replaces=True
    )

    assert [(each.text, each.label, each.since) for each in admitted.examples] == [
        ("one", "a", 1),
        ("two", "b", 2),
        ("3", "b", 2),
    ]
    assert (admitted.added, admitted.repeated) == (2, 1)


def test_too_many_intents_are_refused() -> None:
    new = [example(f"text {n}", f"intent-{n}") for n in range(10_000)]

    with pytest.raises(ExamplesRefused, match="10000 intents; a tenant may have 200"):
        admit([], new, replaces=False)


def test_too_many_examples_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_EXAMPLES", 3)

    with pytest.raises(ExamplesRefused, match="4 examples"):
        admit([example("1"), example("2")], [example("3"), example("4")], replaces=False)


def test_the_newest_of_each_intent_are_found() -> None:
    examples = [example(f"{label}{n}", label) for n in range(4) for label in "ab"]

    newest = newest_of_each([*examples, example("c0", "c")], 2)

    assert sorted(each.text for each in newest) == ["a2", "a3", "b2", "b3", "c0"]


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("cancel_order", "cancel order"),
        ("cancel-order", "cancel order"),
        ("cancelOrder", "cancel order"),
        ("order.cancel", "order cancel"),
        ("FAQ_12", "FAQ 12"),
        ("x", "x"),
    ],
)
def test_a_label_says_words(label: str, words: str) -> None:
    assert words_of(label) == words
