"""The project's own sentences in other languages: whole, known, and none that judges."""

import csv
from pathlib import Path

import pytest

from ridealong.learning.corpus import MOODS, OUT_OF_SCOPE, PACKS
from ridealong.learning.datasets import DataFolder
from ridealong.learning.heldout import HeldoutList, hash_of, plain
from ridealong.learning.languages import MOOD_HEAD, SCOPE_HEAD, read_told, told_to
from ridealong.serving.models.manifest import read_manifest
from ridealong.text.language import SUPPORTED
from tests.learning.stores import real_store
from tests.learning.tiny_data import write_tiny_data

JUDGING = Path(__file__).with_name("languages")
FEWEST_OF_A_MOOD = 15
# Without these a head would take a foreign language itself for a sign that it can help.
FEWEST_OF_NONE = 50
LANGUAGES = sorted(set(SUPPORTED) - {"en"})


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder.open(write_tiny_data(tmp_path))


def labels_of(head: str) -> set[str]:
    manifest = read_manifest(real_store() / "understand-multilingual" / "2")
    labels = next(output.labels or () for output in manifest.outputs if output.name == head)
    return set(labels) - {OUT_OF_SCOPE}


def test_every_supported_language_has_sentences() -> None:
    assert sorted({told.language for told in read_told()}) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_is_asked_for_in_every_language(language: str) -> None:
    told = [each for each in read_told() if each.language == language]

    for pack in PACKS:
        assert {each.label for each in told if each.head == pack} == labels_of(pack)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mood_is_heard_in_every_language(language: str) -> None:
    heard = [
        told.label for told in read_told() if told.language == language and told.head == MOOD_HEAD
    ]

    assert set(heard) == set(MOODS)
    assert all(heard.count(mood) >= FEWEST_OF_A_MOOD for mood in MOODS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_no_pack_is_for_is_said_in_every_language(language: str) -> None:
    told = [each for each in read_told() if each.language == language and each.head == SCOPE_HEAD]

    assert {each.label for each in told} == {"none"}
    assert len(told) >= FEWEST_OF_NONE


def test_no_sentence_stands_there_twice_in_a_language() -> None:
    told = [(each.language, each.head, plain(each.text)) for each in read_told()]

    assert len(set(told)) == len(told)


def test_requests_that_judge_are_not_taught() -> None:
    taught = {plain(told.text) for told in read_told()}
    judging = {
        plain(line["text"])
        for path in JUDGING.glob("*.csv")
        for line in csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    }

    assert judging
    assert taught & judging == set()


def test_a_head_learns_its_own_labels_only(data: DataFolder) -> None:
    rows = told_to("banking", data, {"change_pin"})

    assert len(rows) >= len(LANGUAGES)
    assert {row.label for row in rows} == {"change_pin"}
    assert not any(row.dev for row in rows)


def test_what_is_held_out_elsewhere_is_left_out_here(data: DataFolder) -> None:
    first = told_to("banking", data, {"change_pin"})[0].text
    without = DataFolder(data.folder, HeldoutList(frozenset({hash_of(plain(first))})))

    assert first not in {row.text for row in told_to("banking", without, {"change_pin"})}
