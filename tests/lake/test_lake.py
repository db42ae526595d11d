import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow.dataset as ds
import pytest

from ridealong.lake.events import (
    ANSWERED,
    JOURNAL,
    PREDICTED,
    RECEIVED,
    answered_row,
    forget,
    prediction_row,
    received_row,
)
from ridealong.lake.lake import Lake
from ridealong.lake.table import LakeUnavailable, RowUnfit
from tests.lake.facts import (
    DAY,
    NOON,
    answered,
    event_ids,
    forgotten,
    predicted,
    received,
    tombstone,
)

TABLES = (RECEIVED, ANSWERED, PREDICTED, JOURNAL)


def open_lake(path: Path, *, history_h: int = 6, compact_after: int = 40) -> Lake:
    return Lake(str(path), TABLES, history_h=history_h, compact_after=compact_after)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(tmp_path)


def files_of(path: Path, table: str) -> list[Path]:
    return sorted((path / table).glob("day=*/*.parquet"))


def texts_on_disk(path: Path) -> str:
    found = [ds.dataset(file).to_table().to_pylist() for file in path.glob("*/day=*/*.parquet")]
    return str(found)


def commit_numbers(lake: Lake, numbers: Iterator[int] | range) -> None:
    lake.commit({RECEIVED.name: [received_row(received(number)) for number in numbers]})


def test_rows_are_read_back_as_they_were_told(lake: Lake) -> None:
    lake.commit({ANSWERED.name: [answered_row(answered())]})

    (row,) = lake.query("SELECT * FROM messages_answered", {}, (ANSWERED.name,))
    assert row["text"] == "where is order 12345, [PERSON_1]?"
    assert row["received_at"] == answered().received_at
    assert row["intent"] == "commerce.track_order"
    assert row["intents"] == [{"name": "commerce.track_order", "probability": 0.9}]
    assert row["sentiment"] == "negative"
    assert row["predictions"] == [
        {"prediction_id": "prediction-1", "model": "m", "model_version": "1"}
    ]


def test_an_answer_without_analysis_is_kept_with_what_is_missing(lake: Lake) -> None:
    bare = answered(intents=(), sentiment=None, urgency=None, predictions=(), suggestions=())

    lake.commit({ANSWERED.name: [answered_row(bare)]})

    (row,) = lake.query("SELECT * FROM messages_answered", {}, (ANSWERED.name,))
    assert (row["intent"], row["sentiment"], row["urgency"]) == (None, None, None)


def test_an_event_committed_before_is_left_out(lake: Lake) -> None:
    commit_numbers(lake, range(3))

    commit_numbers(lake, range(1, 5))

    assert len(event_ids(lake, RECEIVED.name)) == 5


def test_an_event_committed_before_a_restart_is_left_out(tmp_path: Path) -> None:
    commit_numbers(open_lake(tmp_path), range(3))

    restarted = open_lake(tmp_path)
    commit_numbers(restarted, range(3))

    assert len(event_ids(restarted, RECEIVED.name)) == 3


def test_an_event_retold_across_midnight_is_left_out(lake: Lake) -> None:
    first = received(occurred_at=NOON.replace(hour=23, minute=59))
    later = received(occurred_at=first.occurred_at + DAY / 24)

    for event in (first, later):
        lake.commit({RECEIVED.name: [received_row(event)]})

    assert len(event_ids(lake, RECEIVED.name)) == 1


def test_late_events_land_in_the_partition_of_their_own_day(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    late = received(2, occurred_at=NOON - 400 * DAY)

    lake.commit({RECEIVED.name: [received_row(received(1)), received_row(late)]})
    lake.commit({RECEIVED.name: [received_row(late)]})

    days = {file.parent.name for file in files_of(tmp_path, RECEIVED.name)}
    assert days == {"day=2026-03-10", "day=2025-02-03"}
    assert len(event_ids(lake, RECEIVED.name)) == 2


def test_two_writers_at_once_store_each_event_once(tmp_path: Path) -> None:
    writers = [open_lake(tmp_path), open_lake(tmp_path)]
    begin = threading.Barrier(2)

    def write(writer: Lake) -> None:
        begin.wait()
        for start in range(0, 60, 10):
            commit_numbers(writer, range(start, start + 15))

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(write, writer) for writer in writers]:
            done.result()

    found = event_ids(writers[0], RECEIVED.name)
    assert len(found) == len(set(found)) == 65


def test_commits_survive_a_killed_process(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path;"
        "from tests.lake.test_lake import open_lake, commit_numbers;"
        "commit_numbers(open_lake(Path(sys.argv[1])), range(7)); os.kill(os.getpid(), 9)"
    )

    ended = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    lake = open_lake(tmp_path)
    commit_numbers(lake, range(7))

    assert ended.returncode == -9
    assert len(event_ids(lake, RECEIVED.name)) == 7


def test_a_forgotten_customer_is_gone_from_the_disk(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    secret = answered(1, text="the secret of the forgotten")
    other = answered(2, customer_hash="hash-2")
    lake.commit({ANSWERED.name: [answered_row(secret), answered_row(other)]})
    lake.commit({RECEIVED.name: [received_row(received(1))]})

    lake.forget(tombstone())

    assert event_ids(lake, ANSWERED.name) == [other.event_id]
    assert event_ids(lake, RECEIVED.name) == []
    assert "the secret" not in texts_on_disk(tmp_path)


def test_the_log_holds_no_text(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)

    lake.commit({ANSWERED.name: [answered_row(answered(text="a masked sentence"))]})

    logs = [log.read_text() for log in (tmp_path / ANSWERED.name / "_delta_log").glob("*.json")]
    assert not [log for log in logs if "masked sentence" in log]
    assert "minValues" in "".join(logs)


def test_the_predictions_of_a_forgotten_customer_go_too(lake: Lake) -> None:
    lake.commit(
        {
            ANSWERED.name: [answered_row(answered(1))],
            PREDICTED.name: [prediction_row(predicted(number)) for number in (1, 2)],
        }
    )

    forget(lake, forgotten())

    assert event_ids(lake, PREDICTED.name) == ["prediction-2.made"]


def test_the_same_hash_of_another_tenant_stays(lake: Lake) -> None:
    other = received(2, tenant="other")
    lake.commit({RECEIVED.name: [received_row(received(1)), received_row(other)]})

    lake.forget(tombstone())

    assert event_ids(lake, RECEIVED.name) == [other.event_id]


def test_events_of_a_forgotten_customer_that_come_late_are_left_out(tmp_path: Path) -> None:
    open_lake(tmp_path).forget(tombstone())

    lake = open_lake(tmp_path)
    lake.commit({RECEIVED.name: [received_row(received(1))]})

    assert event_ids(lake, RECEIVED.name) == []


def test_what_is_left_out_never_touches_the_disk(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    lake.forget(tombstone())

    lake.commit({ANSWERED.name: [answered_row(answered(text="never written"))]})

    history = lake._tables[ANSWERED.name]._table.history()
    assert "WRITE" not in [commit["operation"] for commit in history]


def test_rows_that_slipped_in_beside_a_forgetting_go_with_their_redelivery(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    row = received_row(received(1))
    lake.forget(tombstone())
    lake._tables[RECEIVED.name].append_new([row])
    assert event_ids(lake, RECEIVED.name)

    lake.commit({RECEIVED.name: [row]})

    assert event_ids(lake, RECEIVED.name) == []
    assert files_of(tmp_path, RECEIVED.name) == []


def test_forgetting_twice_is_harmless(lake: Lake) -> None:
    lake.forget(tombstone())
    lake.forget(tombstone())

    assert event_ids(lake, "customers_forgotten") == ["hash-1.forgotten"]


def test_a_hostile_hash_deletes_nothing_else(lake: Lake) -> None:
    commit_numbers(lake, range(2))

    lake.forget(tombstone("' OR '1'='1"))

    assert len(event_ids(lake, RECEIVED.name)) == 2


def test_writing_and_forgetting_at_once_leaves_nothing_of_the_forgotten(tmp_path: Path) -> None:
    writer, forgetter = open_lake(tmp_path), open_lake(tmp_path)
    begin = threading.Barrier(2)

    def write() -> None:
        begin.wait()
        for number in range(10):
            commit_numbers(writer, range(number, number + 1))

    def forget_it() -> None:
        begin.wait()
        forgetter.forget(tombstone())

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(write), pool.submit(forget_it)]:
            done.result()

    assert event_ids(writer, RECEIVED.name) == []


def test_small_files_are_made_few(tmp_path: Path) -> None:
    lake = open_lake(tmp_path, compact_after=5)
    lake.tidy()
    for number in range(6):
        commit_numbers(lake, range(number, number + 1))

    lake.tidy()

    before = len(files_of(tmp_path, RECEIVED.name))
    lake._tables[RECEIVED.name].erase_deleted()
    assert (before, len(files_of(tmp_path, RECEIVED.name))) == (7, 1)
    assert len(event_ids(lake, RECEIVED.name)) == 6


def test_a_few_commits_are_not_worth_a_compaction(tmp_path: Path) -> None:
    lake = open_lake(tmp_path, compact_after=5)
    lake.tidy()
    commit_numbers(lake, range(1))
    commit_numbers(lake, range(1, 2))

    lake.tidy()

    assert len(files_of(tmp_path, RECEIVED.name)) == 2


def test_files_of_commits_that_never_came_to_be_are_swept_when_they_are_old(tmp_path: Path) -> None:
    lake = open_lake(tmp_path, history_h=1)
    commit_numbers(lake, range(1))
    (committed,) = files_of(tmp_path, RECEIVED.name)
    old, young = committed.with_name("old.parquet"), committed.with_name("young.parquet")
    for orphan in (old, young):
        orphan.write_bytes(committed.read_bytes())
    os.utime(old, (0, 0))

    lake.tidy()

    assert files_of(tmp_path, RECEIVED.name) == sorted([committed, young])


def test_a_row_that_does_not_fit_is_refused_for_good(lake: Lake) -> None:
    row = {**received_row(received()), "conversation_id": "half a \ud83d pair"}

    with pytest.raises(RowUnfit) as refusal:
        lake.fit(RECEIVED.name, [row])

    assert not refusal.value.retriable
    assert "pair" not in str(refusal.value)


def test_a_lake_without_storage_is_unavailable_and_may_heal(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    log = tmp_path / RECEIVED.name / "_delta_log"
    log.rename(tmp_path / "elsewhere")
    log.write_text("not a folder")

    with pytest.raises(LakeUnavailable) as failure:
        commit_numbers(lake, range(1))

    assert failure.value.retriable


def test_queries_reach_no_file(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")

    with pytest.raises(duckdb.PermissionException):
        lake.query(f"SELECT * FROM read_text('{tmp_path}/secret.txt')", {}, ())


def test_a_lake_whose_files_are_gone_is_unavailable(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    commit_numbers(lake, range(1))
    for file in files_of(tmp_path, RECEIVED.name):
        file.unlink()

    with pytest.raises(LakeUnavailable):
        event_ids(lake, RECEIVED.name)
