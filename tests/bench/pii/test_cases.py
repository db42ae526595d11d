"""The evaluation set says truly where its personal data stands, and its halves are apart."""

import pytest
from stdnum import iban, luhn

from bench.pii.cases import lookalikes, personal_cases
from bench.pii.halves import Half, read_half
from ridealong.text.placeholders import PersonalKind


@pytest.mark.parametrize("half", list(Half))
def test_numbers_pass_their_checks(half: Half) -> None:
    spans = [
        (case.text[span.start : span.end], span.kind)
        for case in personal_cases(half)
        for span in case.spans
    ]

    for spelled, kind in spans:
        if kind is PersonalKind.CARD:
            assert luhn.is_valid("".join(filter(str.isdigit, spelled)))
        if kind is PersonalKind.IBAN:
            assert iban.is_valid(spelled, check_country=False)


def test_the_halves_share_no_line() -> None:
    for name in ("templates.txt", "values.txt", "lookalikes.txt"):
        assert not set(read_half(name, Half.DEV)) & set(read_half(name, Half.TEST))


def test_the_same_cases_come_every_time() -> None:
    assert list(personal_cases(Half.DEV)) == list(personal_cases(Half.DEV))
    assert all(not case.spans for case in lookalikes(Half.TEST))
