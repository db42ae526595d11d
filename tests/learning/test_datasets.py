from pathlib import Path

import pytest

from ridealong.learning.datasets import DataFolder, mood_of
from ridealong.learning.errors import HeldoutListMissing, TrainingDataMissing
from tests.learning.tiny_data import HELD_OUT, write_tiny_data


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder.open(write_tiny_data(tmp_path))


def test_heldout_rows_are_dropped_and_counted(data: DataFolder) -> None:
    texts = [row.text.lower() for row in data.commerce()]

    assert HELD_OUT not in texts
    assert data.dropped["Bitext customer support"].heldout == 2


def test_a_repeated_text_is_kept_once_and_counted(tmp_path: Path) -> None:
    folder = write_tiny_data(tmp_path)
    with (folder / "banking77/train.csv").open("a") as file:
        file.write("I  LOST the card,lost_card\n")
    data = DataFolder.open(folder)

    rows = data.banking()

    assert len(rows) == 32
    assert data.dropped["BANKING77"].repeated == 1


def test_what_its_publisher_set_aside_stays_set_aside(data: DataFolder) -> None:
    general = data.general()

    assert {row.label for row in general if row.dev} == {"weather", "play_music", "oos"}
    assert 0 < sum(row.dev for row in general) < len(general)


def test_turns_are_labelled_with_their_domain_and_broken_lines_skipped(data: DataFolder) -> None:
    labels = {row.label for row in data.dialogues()}

    assert "finance.reportlostcard" in labels
    assert all("broken" not in row.text for row in data.dialogues())


def test_comments_carry_all_their_emotions(data: DataFolder) -> None:
    assert {row.label for row in data.emotions()} == {"anger", "joy", "neutral", "anger,joy"}


@pytest.mark.parametrize(
    ("rating", "mood"),
    [(-4, "negative"), (-0.51, "negative"), (-0.5, "neutral"), (0.5, "neutral"), (0.6, "positive")],
)
def test_ratings_become_moods(rating: float, mood: str) -> None:
    assert mood_of(rating) == mood


def test_a_missing_set_is_named_with_its_source_and_licence(tmp_path: Path) -> None:
    folder = write_tiny_data(tmp_path)
    (folder / "clinc150/train.json").unlink()

    with pytest.raises(TrainingDataMissing, match=r"CLINC150 \(CC-BY-3.0, clinc/oos-eval\)"):
        DataFolder.open(folder)


def test_a_folder_without_the_heldout_list_is_refused(tmp_path: Path) -> None:
    folder = write_tiny_data(tmp_path)
    (folder / "heldout.sha256-16").unlink()

    with pytest.raises(HeldoutListMissing):
        DataFolder.open(folder)
