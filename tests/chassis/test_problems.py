"""Every refusal is a problem document that names the field and never echoes its value."""

import pytest
from fastapi.testclient import TestClient

from ridealong.chassis.errors import CallRefused, StaleETag
from tests.chassis.service import CourierBusy, Deps, ParcelLost, courier

SECRET = "swordfish"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"parcel": ["swordfish"]}', "parcel"),
        (b'{"parcel": "p", "weight": "swordfish"}', "weight"),
        (b'{"parcel": "p", "more": "swordfish"}', "more"),
        (b'{"parcel": "p", "swordfish \\u0007": 1}', "(unprintable name)"),
        (b'"swordfish"', "(body)"),
        (b'{"parcel": swordfish}', None),
        (b"\xff\xfeswordfish", None),
        (b"", "(body)"),
    ],
)
def test_a_malformed_body_is_told_where(body: bytes, field: str | None) -> None:
    with TestClient(courier(Deps())) as service:
        reply = service.post("/parcels", content=body, headers={"content-type": "application/json"})

    assert reply.status_code in ((422,) if field else (400, 422))
    assert reply.headers["content-type"] == "application/problem+json"
    assert SECRET not in reply.text
    if field:
        assert reply.json()["fields"][0]["field"] == field


def test_a_body_that_would_overflow_the_parser_is_refused() -> None:
    with TestClient(courier(Deps())) as service:
        reply = service.post(
            "/parcels",
            content=b"[" * 200_000,
            headers={"content-type": "application/json"},
        )

    assert reply.status_code in (400, 422)
    assert len(reply.content) < 500


def test_a_named_failure_is_told_with_its_status_code_and_field() -> None:
    with TestClient(courier(Deps(failure=ParcelLost("the parcel is gone")))) as service:
        reply = service.post("/parcels", json={"parcel": "p"})

    assert reply.status_code == 410
    assert reply.json() == {
        "type": "urn:ridealong:parcel-lost",
        "title": "parcel lost",
        "status": 410,
        "detail": "the parcel is gone",
        "field": "parcel",
    }


def test_what_time_may_heal_says_when() -> None:
    with TestClient(courier(Deps(failure=CourierBusy("out")))) as service:
        reply = service.post("/parcels", json={"parcel": "p"})

    assert (reply.status_code, reply.headers["retry-after"]) == (503, "3")


def test_our_own_mistake_says_nothing_about_itself() -> None:
    deps = Deps(failure=ZeroDivisionError(SECRET))
    with TestClient(courier(deps), raise_server_exceptions=False) as service:
        reply = service.post("/parcels", json={"parcel": "p"})

    assert (reply.status_code, reply.json()["type"]) == (500, "urn:ridealong:internal-error")
    assert SECRET not in reply.text


def test_unknown_routes_and_methods_are_problems_too() -> None:
    with TestClient(courier(Deps())) as service:
        missing, wrong = service.get("/nothing"), service.delete("/parcels")

    assert (missing.status_code, missing.json()["type"]) == (404, "urn:ridealong:no-such-route")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
    assert wrong.headers["content-type"] == "application/problem+json"


def test_codes_are_the_names_of_the_failures() -> None:
    assert ParcelLost("x").code == "parcel-lost"
    assert StaleETag("x").code == "stale-etag"
    assert CallRefused("intake", 404, {}).code == "call-refused"
