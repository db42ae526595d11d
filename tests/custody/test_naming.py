"""Ids: derived where something was named, sortable by time, never guessable."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from ridealong.custody.naming import (
    BITS,
    Naming,
    customer_hash,
    fresh_conversation,
    is_same_message,
    key_of,
    message_id,
    received_at,
)

NAMING = Naming("secret")
NOW_MS = 1_795_000_000_123


@given(st.integers(0, 2**BITS - 1), st.integers(0, 2**48 - 1))
def test_a_message_id_is_a_valid_uuid_7_that_holds_its_bits_and_time(bits: int, at_ms: int) -> None:
    number = UUID(message_id(bits, at_ms))

    assert (number.version, number.variant) == (7, "specified in RFC 4122")
    assert number.int >> 80 == at_ms
    assert (number.int >> 64 & 0xFFF) << 62 | number.int & (2**62 - 1) == bits


def test_ids_of_one_message_differ_in_time_only() -> None:
    one, later, other = message_id(7, NOW_MS), message_id(7, NOW_MS + 1), message_id(8, NOW_MS)

    assert one < later
    assert key_of(one) == key_of(later) != key_of(other)
    assert is_same_message(one, later)
    assert not is_same_message(one, other)
    assert fresh_conversation(one) == fresh_conversation(later)


def test_a_message_id_tells_when_it_came() -> None:
    assert received_at(message_id(7, NOW_MS)) == datetime.fromtimestamp(NOW_MS / 1000, UTC)


def test_what_is_named_the_same_gets_the_same_bits() -> None:
    assert NAMING.bits_of("demo", "external", "1") == NAMING.bits_of("demo", "external", "1")
    assert NAMING.bits_of("demo", "external", "1") < 2**BITS


def test_tenant_kind_name_and_secret_each_make_a_difference() -> None:
    bits = {
        NAMING.bits_of("demo", "external", "1"),
        NAMING.bits_of("other", "external", "1"),
        NAMING.bits_of("demo", "idempotency", "1"),
        NAMING.bits_of("demo", "external", "2"),
        Naming("another").bits_of("demo", "external", "1"),
    }

    assert len(bits) == 5


def test_what_is_not_named_is_random() -> None:
    bits = {NAMING.bits_of("demo", "external", None) for _ in range(100)}

    assert len(bits) == 100


def test_a_customers_hash_depends_on_a_key_of_their_own() -> None:
    assert customer_hash("00" * 32, "jane") != customer_hash("01" * 32, "jane")
    assert "jane" not in customer_hash("00" * 32, "jane")
