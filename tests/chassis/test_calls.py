"""Calls between services: the promised shape, or a failure that says whether time may heal it."""

import pytest

from ridealong.chassis.calls import ask, fetch
from ridealong.chassis.errors import CallFailed, CallRefused
from ridealong.chassis.sidecar import HttpReply, state_key
from ridealong.contracts.contract import Reply, Request
from tests.fakes import FakeSidecar


class Question(Request):
    """What is asked."""

    text: str


class Reaction(Reply):
    """What is answered."""

    text: str


def sidecar(status: int, body: bytes, headers: dict[str, str] | None = None) -> FakeSidecar:
    fake = FakeSidecar()
    fake.answer("oracle", "/ask", lambda _: HttpReply(status, body, headers or {}))
    return fake


async def test_a_question_gets_its_answer() -> None:
    fake = sidecar(201, b'{"text": "42", "more": 1}')

    assert await ask(fake, "oracle", "/ask", Question(text="?"), Reaction) == Reaction(text="42")
    assert fake.calls == [("oracle", "POST", "/ask", b'{"text":"?"}')]


async def test_something_is_fetched_without_a_body() -> None:
    fake = sidecar(200, b'{"text": "42"}')
    await fetch(fake, "oracle", "/ask", Reaction)

    assert fake.calls == [("oracle", "GET", "/ask", b"")]


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504])
async def test_what_time_may_heal_is_a_failed_call(status: int) -> None:
    with pytest.raises(CallFailed, match=str(status)):
        await fetch(sidecar(status, b"swordfish"), "oracle", "/ask", Reaction)


@pytest.mark.parametrize(
    ("headers", "pause_s"),
    [
        ({"Retry-After": "7"}, 7),
        ({"retry-after": "1"}, 1),
        ({"Retry-After": "86400"}, 60),
        ({"Retry-After": "9" * 400}, 60),
        ({"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"}, 2),
        ({"Retry-After": "-1"}, 2),
        ({"Retry-After": "0"}, 2),
        ({}, 2),
    ],
)
async def test_a_pause_that_was_asked_for_is_passed_on(
    headers: dict[str, str], pause_s: float
) -> None:
    with pytest.raises(CallFailed) as failed:
        await fetch(sidecar(429, b"", headers), "oracle", "/ask", Reaction)

    assert failed.value.retriable
    assert failed.value.retry_after_s == pause_s


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 415, 422])
async def test_what_it_will_not_heal_is_a_refused_call(status: int) -> None:
    with pytest.raises(CallRefused) as refused:
        await fetch(sidecar(status, b'{"type": "urn:x"}'), "oracle", "/ask", Reaction)

    assert (refused.value.upstream_status, refused.value.problem) == (status, {"type": "urn:x"})
    assert (refused.value.app_id, refused.value.retriable) == ("oracle", False)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"x"', b"\xff"])
async def test_a_refusal_without_a_problem_has_an_empty_one(body: bytes) -> None:
    with pytest.raises(CallRefused) as refused:
        await fetch(sidecar(404, body), "oracle", "/ask", Reaction)

    assert refused.value.problem == {}


@pytest.mark.parametrize("body", [b"", b"{}", b'{"text": ["swordfish"]}'])
async def test_an_answer_of_another_shape_is_a_failed_call_and_not_shown(body: bytes) -> None:
    with pytest.raises(CallFailed) as failed:
        await fetch(sidecar(200, body), "oracle", "/ask", Reaction)

    assert "swordfish" not in f"{failed.value} {failed.value.__cause__}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a", "b", "c:d"), ("a", "b:c", "d")),
        (("a:b", "c", "d"), ("a", "b:c", "d")),
        (("a", "b", "c||d"), ("a", "b", "c%7C%7Cd")),
        (("a", "b", "ü"), ("a", "b", "%C3%BC")),
    ],
)
def test_no_id_reaches_into_anothers_keys(
    one: tuple[str, str, str], other: tuple[str, ...]
) -> None:
    assert state_key(*one) != state_key(*other)
    assert "||" not in state_key(*one)
