"""Training takes minutes: whoever reads a log instead of a terminal sees how far it is."""

import pytest

from ridealong.cli.models_train import display


def test_a_log_has_a_line_for_each_tenth_of_the_texts_and_each_head(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with display() as shown:
        shown.expect(40)
        for _ in range(10):
            shown.advance(2)
        shown.begin("understand-en: scope")
        shown.end("understand-en: scope")

    assert capsys.readouterr().err.splitlines() == [
        *(f"embedded {count} of 40 texts" for count in (4, 8, 12, 16, 20)),
        "understand-en: scope",
    ]
