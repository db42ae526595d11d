"""A table that was made by an older version goes on."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from ridealong.lake.events import ANSWERED, answered_row
from ridealong.lake.lake import Lake
from tests.lake.facts import answered

SUGGESTIONS = "suggestions"


def open_lake(path: Path, columns: tuple[pa.Field, ...]) -> Lake:
    return Lake(str(path), (replace(ANSWERED, columns=columns),), history_h=6, compact_after=40)


def test_what_a_newer_version_adds_is_empty_in_older_rows(tmp_path: Path) -> None:
    before = pa.list_(pa.struct([("article_id", pa.string()), ("score", pa.float64())]))
    old = tuple(
        pa.field(SUGGESTIONS, before) if column.name == SUGGESTIONS else column
        for column in ANSWERED.columns
    )
    open_lake(tmp_path, old).commit({ANSWERED.name: [answered_row(answered(1))]})

    lake = open_lake(tmp_path, ANSWERED.columns)
    lake.commit({ANSWERED.name: [answered_row(answered(2))]})

    sql = "SELECT suggestions[1].propensity AS it FROM messages_answered ORDER BY received_at"
    assert lake.query(sql, {}, [ANSWERED.name]) == [{"it": None}, {"it": 1.0}]


def test_a_row_that_adds_nothing_new_leaves_the_description_of_the_table_alone(
    tmp_path: Path,
) -> None:
    lake = open_lake(tmp_path, ANSWERED.columns)

    for number in (1, 2):
        lake.commit({ANSWERED.name: [answered_row(answered(number))]})

    later = sorted((tmp_path / ANSWERED.name / "_delta_log").glob("*.json"))[1:]
    assert len(later) == 2
    assert not any("metaData" in file.read_text() for file in later)
