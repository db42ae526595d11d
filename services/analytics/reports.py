"""What happened to a tenant's messages, read from the lake. Values are bound; SQL is our words."""

import base64
import binascii
import json
from datetime import UTC, datetime, timedelta

from ridealong.chassis.errors import ServiceError
from ridealong.contracts.analytics import (
    AskConversations,
    AskVolume,
    Conversation,
    Conversations,
    Dimension,
    Volume,
    VolumeLine,
)
from ridealong.lake.events import ANSWERED, MESSAGES, RECEIVED
from ridealong.lake.lake import Lake

TABLES = (RECEIVED.name, ANSWERED.name)
MOST_LINES = 10_000
EVER = datetime(1970, 1, 1, tzinfo=UTC)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
COLUMNS = {Dimension.DAY: "CAST(received_at AS DATE) AS day"}

CONVERSATIONS = """
SELECT conversation_id,
    arg_max(message_id, (received_at, message_id)) AS last_message_id,
    max(received_at) AS last_message_at,
    count(*) AS messages,
    count(decision) AS answered,
    coalesce(list(DISTINCT intent ORDER BY intent) FILTER (intent IS NOT NULL), []) AS intents,
    arg_max_null(language, (received_at, message_id)) AS language,
    arg_max_null(sentiment, (received_at, message_id)) AS sentiment,
    arg_max_null(decision, (received_at, message_id)) AS decision
FROM messages
GROUP BY conversation_id
HAVING bool_or(
        ($intent IS NULL OR intent = $intent)
        AND ($language IS NULL OR language = $language)
        AND ($sentiment IS NULL OR sentiment = $sentiment)
        AND ($decision IS NULL OR decision = $decision)
    )
    AND ($before_at IS NULL OR (max(received_at), conversation_id) < ($before_at, $before_id))
ORDER BY max(received_at) DESC, conversation_id DESC
LIMIT $limit
"""


class TimesReversed(ServiceError):
    """The time asked for ends before it begins."""

    status = 422
    field = "to"


class CursorUnreadable(ServiceError):
    """Not a cursor that we gave out."""

    status = 422
    field = "cursor"


def count_volume(lake: Lake, asked: AskVolume) -> Volume:
    """How many messages, by these dimensions. An endless report ends early, and says so."""
    by = tuple(dict.fromkeys(asked.by))
    columns = "".join(f"{COLUMNS.get(dimension, dimension.value)}, " for dimension in by)
    keys = f"GROUP BY {', '.join(by)} ORDER BY {', '.join(by)}" if by else ""
    found = lake.query(
        f"{MESSAGES} SELECT {columns} count(*) AS messages, count(decision) AS answered"
        f" FROM messages {keys} LIMIT {MOST_LINES + 1}",
        {"tenant": asked.tenant, **_times(asked.since, asked.until)},
        TABLES,
    )
    lines = tuple(VolumeLine.model_validate(row) for row in found[:MOST_LINES])
    return Volume(tenant=asked.tenant, by=by, lines=lines, is_complete=len(found) <= MOST_LINES)


def list_conversations(lake: Lake, asked: AskConversations) -> Conversations:
    """One page of those that fit, newest first. New conversations do not shift later pages."""
    before_at, before_id = _read_cursor(asked.cursor) if asked.cursor else (None, None)
    found = lake.query(
        MESSAGES + CONVERSATIONS,
        {
            **asked.model_dump(include={"tenant", "intent", "language", "sentiment", "decision"}),
            **_times(asked.since, asked.until),
            "before_at": before_at,
            "before_id": before_id,
            "limit": asked.limit + 1,
        },
        TABLES,
    )
    page = tuple(Conversation.model_validate(row) for row in found[: asked.limit])
    has_more = len(found) > asked.limit
    return Conversations(
        conversations=page, next_cursor=_cursor_after(page[-1]) if has_more else None
    )


def _times(since: datetime | None, until: datetime | None) -> dict[str, object]:
    if since and until and until <= since:
        raise TimesReversed("`to` must lie after `from`")
    first, last = _within_calendar(since or EVER), _within_calendar(until or NEVER)
    day = timedelta(days=1)
    return {
        "since": first,
        "until": last,
        "first_day": (first - day).date(),
        "last_day": (last + day).date(),
    }


def _within_calendar(time: datetime) -> datetime:
    return min(max(time, EVER), NEVER).astimezone(UTC)


def _cursor_after(conversation: Conversation) -> str:
    place = json.dumps([conversation.last_message_at.isoformat(), conversation.conversation_id])
    return base64.urlsafe_b64encode(place.encode()).decode()


def _read_cursor(cursor: str) -> tuple[datetime, str]:
    try:
        at, conversation_id = json.loads(base64.urlsafe_b64decode(cursor))
        return datetime.fromisoformat(at).astimezone(UTC), str(conversation_id)
    except (ValueError, TypeError, binascii.Error, OverflowError) as error:
        raise CursorUnreadable("this is not a cursor from an earlier answer") from error
