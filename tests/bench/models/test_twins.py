"""Twins of pipelines, on a few dozen made-up rows."""

from pathlib import Path

from bench.models.twins import digest_of, hold_out
from ridealong.learning import corpus
from ridealong.learning.corpus import Corpus
from ridealong.learning.datasets import DataFolder
from tests.learning.tiny_data import write_tiny_data


def tiny_corpus(folder: Path) -> Corpus:
    return corpus.gather(DataFolder.open(write_tiny_data(folder)))


def test_no_twin_learns_or_is_calibrated_from_a_row_that_judges(tmp_path: Path) -> None:
    rest, held = hold_out(tiny_corpus(tmp_path))

    for pack in ("banking", "commerce", "general"):
        learned = {(row.text, row.label) for row in rest.packs[pack].rows}
        judging = {(row.text, row.label) for row in getattr(held, pack)}
        assert judging
        assert not learned & judging
    assert not {row.text for row in rest.moods} & {row.text for row in held.moods}


def test_nothing_else_is_lost_and_some_rows_calibrate(tmp_path: Path) -> None:
    full = tiny_corpus(tmp_path)
    rest, held = hold_out(full)

    assert len(rest.packs["banking"].rows) + len(held.banking) == len(full.packs["banking"].rows)
    assert any(row.dev for row in rest.packs["banking"].rows)
    assert any(row.label == "oos" for row in held.general)


def test_other_rows_have_another_twin(tmp_path: Path) -> None:
    full = tiny_corpus(tmp_path)
    rest, _ = hold_out(full)

    assert digest_of(rest) == digest_of(hold_out(full)[0])
    assert digest_of(rest) != digest_of(full)
