"""One Delta table: a row goes in once, small files become few, what is deleted is gone."""

import random
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from deltalake import CommitProperties, DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError

from ridealong.chassis.errors import ServiceError

Row = Mapping[str, object]
ResultT = TypeVar("ResultT")
DAY, EVENT_ID, OCCURRED_AT = "day", "event_id", "occurred_at"
TRIES = 10
COMPACT_FILES_UNDER_BYTES = 16 * 1024 * 1024
# A commit lands directly on the version it has read, or not at all. Only so does "not in the table
# yet" still hold when a second process writes too; we refresh and try again ourselves.
ALONE = CommitProperties(max_commit_retries=0)
TROUBLE = (DeltaError, OSError, pa.ArrowException)


class LakeUnavailable(ServiceError):
    """The lake's storage did not do what was asked, or others wrote first time and again."""

    status = 503
    retriable = True
    retry_after_s = 2


class RowUnfit(ServiceError):
    """A row that its table cannot hold: no repetition will change that."""

    status = 422


@dataclass(frozen=True)
class TableSpec:
    """A table and its columns, `event_id` and `occurred_at` among them; the latter makes `day`.

    Files keep statistics of the columns `searched_by` alone: those of a text would put it there.
    """

    name: str
    columns: tuple[pa.Field, ...]
    searched_by: tuple[str, ...]

    @property
    def schema(self) -> pa.Schema:
        """What is stored."""
        return pa.schema([pa.field(DAY, pa.date32(), nullable=False), *self.columns])

    def fit(self, rows: Iterable[Row]) -> pa.Table:
        """The rows as the table holds them."""
        try:
            return pa.Table.from_pylist(
                [{**row, DAY: _day(row)} for row in rows], schema=self.schema
            )
        except (pa.ArrowException, UnicodeError, OverflowError) as error:
            raise RowUnfit(f"a row does not fit {self.name}") from error


def _day(row: Row) -> object:
    return row[OCCURRED_AT].astimezone(UTC).date()  # type: ignore[attr-defined]


class LakeTable:
    """A table on a disk or in an object store. Other processes may write to it at the same time."""

    def __init__(
        self,
        url: str,
        spec: TableSpec,
        *,
        history_h: int,
        storage_options: dict[str, str] | None = None,
    ) -> None:
        self.spec = spec
        self._history_h = history_h
        self._lock = threading.Lock()
        self._table = self._attempt(
            lambda: self._open(f"{url.rstrip('/')}/{spec.name}", storage_options)
        )

    def _open(self, url: str, storage_options: dict[str, str] | None) -> DeltaTable:
        return DeltaTable.create(
            url,
            self.spec.schema,
            mode="ignore",
            partition_by=[DAY],
            storage_options=storage_options,
            configuration={
                "delta.dataSkippingStatsColumns": ",".join(self.spec.searched_by),
                "delta.logRetentionDuration": f"interval {self._history_h} hours",
            },
        )

    def append_new(self, rows: Sequence[Row]) -> int:
        """Commit the rows whose event id the table lacks; how many these were."""
        incoming = self.spec.fit(rows)
        return self._change(lambda: self._append_unseen(incoming)) if incoming.num_rows else 0

    def _append_unseen(self, incoming: pa.Table) -> int:
        unseen = incoming.filter(
            pc.invert(pc.is_in(incoming[EVENT_ID], value_set=self._known(incoming)))
        )
        if unseen.num_rows:
            # Merged: a field that is new since the table was made is empty in its older rows.
            write_deltalake(
                self._table,
                unseen,
                mode="append",
                schema_mode="merge",
                commit_properties=ALONE,
            )
        return int(unseen.num_rows)

    def _known(self, incoming: pa.Table) -> pa.Array:
        """Which of these are there. A day more on both sides: retold, a fact may be older."""
        days = pc.unique(incoming[DAY]).to_pylist()
        near = sorted({day + timedelta(days=step) for day in days for step in (-1, 0, 1)})
        there = self._table.to_pyarrow_dataset().to_table(
            columns=[EVENT_ID],
            filter=ds.field(DAY).isin(near) & ds.field(EVENT_ID).isin(incoming[EVENT_ID]),
        )
        return there[EVENT_ID].combine_chunks()

    def delete(self, **equal: str | Sequence[str]) -> int:
        """Delete rows where every named column has its value, or one of its values; how many."""
        predicate = " AND ".join(
            f"{column} IN ({_quoted(value)})" for column, value in equal.items()
        )
        return int(
            self._change(lambda: self._table.delete(predicate, commit_properties=ALONE))[
                "num_deleted_rows"
            ]
        )

    def erase_deleted(self) -> None:
        """Remove what is deleted from the disk: a forgotten customer must not live on in old files.

        Hence no safety period, which Delta has for readers of old versions: ours begin again
        (`Lake.query`). Files that another process is about to commit are not in the log, and stay.
        """
        self._change(lambda: self._table.vacuum(0, dry_run=False, enforce_retention_duration=False))

    def compact(self) -> int:
        """Make few files of many small ones; how many were replaced."""
        rewrite = self._change(
            lambda: self._table.optimize.compact(
                target_size=COMPACT_FILES_UNDER_BYTES, commit_properties=ALONE
            )
        )
        return int(rewrite["numFilesRemoved"])

    def sweep(self) -> None:
        """Remove what is older than the history and of no use, files of failed commits included."""
        self._change(
            lambda: self._table.vacuum(
                self._history_h, dry_run=False, enforce_retention_duration=False, full=True
            )
        )

    def dataset(self) -> ds.Dataset:
        """The newest version, to be read."""
        return self._change(self._table.to_pyarrow_dataset)

    def version(self) -> int:
        """The number of the newest commit."""
        return self._change(self._table.version)

    def _change(self, change: Callable[[], ResultT]) -> ResultT:
        with self._lock:
            return self._attempt(lambda: self._at_newest(change))

    def _at_newest(self, change: Callable[[], ResultT]) -> ResultT:
        self._table.update_incremental()
        return change()

    def _attempt(self, work: Callable[[], ResultT]) -> ResultT:
        for attempt in range(1, TRIES):
            try:
                return work()
            except TROUBLE:
                # Somebody else was first, or has swept a file that we were about to read.
                time.sleep(random.uniform(0, min(0.01 * 2**attempt, 0.5)))
        try:
            return work()
        except TROUBLE as error:
            raise LakeUnavailable(
                f"{self.spec.name} cannot be written or read: {type(error).__name__}"
            ) from error


def _quoted(value: str | Sequence[str]) -> str:
    values = [value] if isinstance(value, str) else value
    return ", ".join("'" + one.replace("'", "''") + "'" for one in values)
