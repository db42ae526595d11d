import csv
from pathlib import Path

import numpy as np
import pytest

from ridealong.learning.corpus import MOODS
from ridealong.learning.datasets import DataFolder
from ridealong.learning.heldout import HeldoutList, hash_of, plain
from ridealong.learning.moods import (
    HANDLES,
    SENTENCES,
    MoodRow,
    mood_lesson,
    mood_rows,
    read_sentences,
)
from tests.learning.tiny_data import write_tiny_data

DEV = Path(__file__).with_name("mood_dev.tsv")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return DataFolder.open(write_tiny_data(tmp_path_factory.mktemp("data")))


def lines_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_rows_are_the_same_every_time(data: DataFolder) -> None:
    assert mood_rows(data) == mood_rows(data)


def test_copies_are_the_same_words_told_to_a_handle(data: DataFolder) -> None:
    rows = mood_rows(data)
    originals = {(row.text, row.mood, row.dev, row.weight) for row in rows if not row.is_copy}
    copies = [row for row in rows if row.is_copy]

    assert copies
    for row in copies:
        handle, _, text = row.text.partition(" ")
        assert handle.removeprefix("@") in HANDLES
        assert (text, row.mood, row.dev, row.weight) in originals


def test_rows_whose_mood_nobody_rated_never_judge(data: DataFolder) -> None:
    turns = {row.text for row in data.dialogues()} | {row.text for row in data.banking()}
    weak = [row for row in mood_rows(data) if row.text in turns]

    assert weak
    assert not any(row.dev for row in weak)


def test_a_share_of_ratings_and_of_sentences_judges(data: DataFolder) -> None:
    written = {row.text for row in read_sentences(data)}
    judging = {row.text in written for row in mood_rows(data) if row.dev and not row.is_copy}

    assert judging == {True, False}


def test_a_sentence_that_is_held_out_is_not_trained_on(data: DataFolder) -> None:
    taken = read_sentences(data)[0].text
    strict = DataFolder(data.folder, HeldoutList(frozenset({hash_of(plain(taken))})))

    assert taken not in {row.text for row in read_sentences(strict)}


def test_the_lesson_keeps_rows_and_features_in_step() -> None:
    rows = [MoodRow("bad", "negative", 2.0), MoodRow("@a bad", "negative", 2.0, True, True)]
    lesson = mood_lesson([*rows, MoodRow("good", "positive", 1.0)], np.eye(3, dtype=np.float32))

    assert lesson.labels == MOODS
    assert lesson.rows.classes.tolist() == [0, 0, 2]
    assert lesson.rows.weights.tolist() == [2, 2, 1]
    assert lesson.rows.dev.tolist() == lesson.rows.rewritten.tolist() == [False, True, False]


@pytest.mark.parametrize("path", [SENTENCES, DEV])
def test_what_we_wrote_is_well_formed(path: Path) -> None:
    texts = []
    for line in lines_of(path):
        assert line["mood" if path == SENTENCES else "label"] in MOODS
        assert None not in line
        assert line["text"] == line["text"].strip() != ""
        texts.append(plain(line["text"]))

    assert len(set(texts)) == len(texts)


def test_no_sentence_to_judge_by_is_trained_on() -> None:
    trained = {plain(line["text"]) for line in lines_of(SENTENCES)}

    assert not trained & {plain(line["text"]) for line in lines_of(DEV)}
