from pathlib import Path

import pytest

from bench.models.evaluate import NOTES, PARTS, as_page, kept_notes, read_options
from bench.models.goals import Goal, Measured
from ridealong.learning.scoring import Figure

MEASURED = [Measured("accuracy", "dev", 3, Figure(0.5), Goal(0.9, 0.95))]


def test_the_page_has_the_table_and_says_what_was_missed() -> None:
    assert "| accuracy | dev | 3 | 0.5000 |  | 0.9 | 0.95 | **missed** |" in as_page(MEASURED, "")


def test_notes_below_the_line_outlive_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(as_page(MEASURED, "## Tried\n\nThree ideas."))

    page.write_text(as_page(MEASURED, kept_notes(page)))

    assert page.read_text().endswith(f"{NOTES}\n## Tried\n\nThree ideas.\n")


def test_a_page_that_is_not_there_has_no_notes(tmp_path: Path) -> None:
    assert kept_notes(tmp_path / "page.md") == ""


def test_parts_are_chosen_by_name() -> None:
    assert read_options(["--only", "languages,parity"]).only == ["languages", "parity"]
    assert read_options([]).only == list(PARTS)
    with pytest.raises(SystemExit):
        read_options(["--only", "nonsense"])
