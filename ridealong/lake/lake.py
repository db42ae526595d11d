"""All tables of one lake: commits that forget nobody's wish to be forgotten, queries, upkeep."""

import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
from prometheus_client import Counter, Histogram

from ridealong.lake.table import LakeTable, LakeUnavailable, Row, TableSpec

Key = tuple[object, object]
ROWS = Counter("ridealong_lake_rows_committed", "Rows committed.", ("table",))
REPEATS = Counter(
    "ridealong_lake_duplicates_dropped",
    "Rows left out, their event being in the table.",
    ("table",),
)
COMMIT_SECONDS = Histogram("ridealong_lake_commit_seconds", "One commit of everything that waited.")
TENANT, CUSTOMER = "tenant", "customer_hash"
FORGOTTEN = TableSpec(
    "customers_forgotten",
    (
        pa.field("event_id", pa.string(), nullable=False),
        pa.field("occurred_at", pa.timestamp("us", "UTC"), nullable=False),
        pa.field(TENANT, pa.string(), nullable=False),
        pa.field(CUSTOMER, pa.string(), nullable=False),
    ),
    ("event_id",),
)
READ_TRIES = 3
# DuckDB names no better error for a file that is gone; other errors of it are bugs of ours.
UNREADABLE = (duckdb.InvalidInputException, OSError)


class Lake:
    """Used from threads, never from the event loop."""

    def __init__(
        self,
        url: str,
        specs: Sequence[TableSpec],
        *,
        history_h: int = 6,
        compact_after: int = 40,
        storage_options: dict[str, str] | None = None,
    ) -> None:
        if "://" not in url:
            Path(url).mkdir(parents=True, exist_ok=True)
        self._tables = {
            spec.name: LakeTable(url, spec, history_h=history_h, storage_options=storage_options)
            for spec in (*specs, FORGOTTEN)
        }
        self._compact_after = compact_after
        self._compacted_at: dict[str, int] = {}
        self._swept_at = 0.0
        self._forgotten: tuple[int, frozenset[Key]] = (-1, frozenset())
        self._reader = _open_reader()
        self._tidying = threading.Lock()

    def fit(self, table: str, rows: Sequence[Row]) -> None:
        """Raise `RowUnfit` for rows that the table can never hold, before they join others."""
        self._tables[table].spec.fit(rows)

    def commit(self, rows: Mapping[str, Sequence[Row]]) -> None:
        """Commit each row once, in one Delta commit a table, and none of a forgotten customer.

        A customer may be forgotten by another process between our look and our commit, and this
        process may be killed after the commit. So we look again before the rows count as stored:
        a redelivery comes by here too.
        """
        with COMMIT_SECONDS.time():
            gone = self._all_forgotten()
            for name, offered in rows.items():
                self._append(name, [row for row in offered if _key(row) not in gone])
            customers = {_key(row) for offered in rows.values() for row in offered}
            for key in customers & self._all_forgotten():
                self._erase(key)

    def _append(self, name: str, rows: Sequence[Row]) -> None:
        written = self._tables[name].append_new(rows)
        ROWS.labels(name).inc(written)
        REPEATS.labels(name).inc(len(rows) - written)

    def forget(self, tombstone: Row) -> None:
        """Delete a customer's rows everywhere, for good: rows that arrive later are left out."""
        self._tables[FORGOTTEN.name].append_new([tombstone])
        self._erase(_key(tombstone))

    def delete(self, table: str, **equal: str | Sequence[str]) -> None:
        """Delete rows by their values, and erase them."""
        if self._tables[table].delete(**equal):
            self._tables[table].erase_deleted()

    def _erase(self, key: Key) -> None:
        tenant, customer = key
        for table in self._tables.values():
            if table.spec is not FORGOTTEN and CUSTOMER in table.spec.schema.names:
                table.delete(**{TENANT: str(tenant), CUSTOMER: str(customer)})
                # Always: a process killed after its delete left the files to us, its repetition.
                table.erase_deleted()

    def _all_forgotten(self) -> frozenset[Key]:
        table = self._tables[FORGOTTEN.name]
        version = table.version()
        if version != self._forgotten[0]:
            rows = table.dataset().to_table(columns=[TENANT, CUSTOMER]).to_pylist()
            self._forgotten = version, frozenset(_key(row) for row in rows)
        return self._forgotten[1]

    def query(
        self, sql: str, parameters: Mapping[str, object], tables: Sequence[str]
    ) -> list[dict[str, object]]:
        """Rows of a query over the newest versions of these tables. Values are bound, never SQL."""
        for _ in range(1, READ_TRIES):
            try:
                return self._read(sql, parameters, tables)
            except UNREADABLE:
                # A file of our version was swept meanwhile: the next has its rows elsewhere.
                time.sleep(0.05)
        try:
            return self._read(sql, parameters, tables)
        except UNREADABLE as error:
            raise LakeUnavailable("the lake cannot be read") from error

    def _read(
        self, sql: str, parameters: Mapping[str, object], tables: Sequence[str]
    ) -> list[dict[str, object]]:
        with self._reader.cursor() as cursor:
            for name in tables:
                cursor.register(name, self._tables[name].dataset())
            found: list[dict[str, object]] = (
                cursor.sql(sql, params=dict(parameters)).to_arrow_table().to_pylist()
            )
            return found

    def tidy(self, sweep_every_s: float = 3600) -> None:
        """Keep files few: compact tables with many new commits, sweep now and then."""
        with self._tidying:
            due = [
                name for name, table in self._tables.items() if self._is_due(name, table.version())
            ]
            for name in due:
                self._tables[name].compact()
                self._compacted_at[name] = self._tables[name].version()
            if not self._swept_at or time.monotonic() - self._swept_at > sweep_every_s:
                for table in self._tables.values():
                    table.sweep()
                self._swept_at = time.monotonic()

    def _is_due(self, name: str, version: int) -> bool:
        return (
            name not in self._compacted_at
            or version - self._compacted_at[name] >= self._compact_after
        )


def _key(row: Row) -> Key:
    return row.get(TENANT), row.get(CUSTOMER)


def _open_reader() -> duckdb.DuckDBPyConnection:
    """An empty database that sees what is registered with it, and no file or network besides."""
    reader = duckdb.connect()
    for setting in (
        "TimeZone = 'UTC'",
        "memory_limit = '256MB'",
        "threads = 1",
        "autoload_known_extensions = false",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        reader.execute(f"SET {setting}")
    return reader
