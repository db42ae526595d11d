"""Log lines for people: a constant message, then the fields beside it."""

import logging
from typing import Final

OWN_FIELDS: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class FieldFormatter(logging.Formatter):
    """`12:00:01 WARNING model unusable model=mood version=2 reason=...`"""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """The line, with what the caller gave as `extra`."""
        fields = (
            f" {name}={value}" for name, value in vars(record).items() if name not in OWN_FIELDS
        )
        return super().formatMessage(record) + "".join(fields)


def configure_logs(level: str) -> None:
    """Ours at the level asked for, libraries from warnings upwards, all to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(FieldFormatter("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("ridealong").setLevel(level.upper())
    # It warns of every request that is no HTTP: a caller could fill the log.
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
