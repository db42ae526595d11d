"""Only the own sidecar comes in, and no body is larger than agreed."""

import pytest
from fastapi.testclient import TestClient

from tests.chassis.service import Deps, courier

TOKEN = "only-the-sidecar-knows"


def client(**runtime: object) -> TestClient:
    return TestClient(courier(Deps(), **runtime))


@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN + "x", TOKEN.upper()])
def test_without_the_sidecars_token_nobody_comes_in(token: str | None) -> None:
    headers = {"dapr-api-token": token} if token is not None else {}
    with client(app_api_token=TOKEN) as service:
        reply = service.post("/parcels", json={"parcel": "p"}, headers=headers)

    assert reply.status_code == 401
    assert reply.json()["type"] == "urn:ridealong:caller-unknown"


def test_with_it_the_sidecar_does() -> None:
    with client(app_api_token=TOKEN) as service:
        reply = service.post("/parcels", json={"parcel": "p"}, headers={"dapr-api-token": TOKEN})

    assert reply.status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_health_and_metrics_are_open(path: str) -> None:
    with client(app_api_token=TOKEN) as service:
        assert service.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/open/page", "/parcels", "/events/parcels.sent.v1"])
def test_what_a_service_offers_to_the_world_is_open_and_nothing_else(path: str) -> None:
    with client(app_api_token=TOKEN) as service:
        status = service.post(path, json={}).status_code

    assert status == (404 if path.startswith("/open") else 401)


def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    with client(ridealong_max_body_bytes=2000) as service:
        reply = service.post("/parcels", json={"parcel": "p" * 2000})

    assert (reply.status_code, reply.json()["type"]) == (413, "urn:ridealong:body-too-large")


def test_a_body_that_does_not_say_so_is_counted() -> None:
    with client(ridealong_max_body_bytes=2000) as service:
        pieces = iter([b'{"parcel": "', b"p" * 1500, b"p" * 1500, b'"}'])
        reply = service.post(
            "/parcels", content=pieces, headers={"content-type": "application/json"}
        )

    assert (reply.status_code, reply.json()["type"]) == (413, "urn:ridealong:body-too-large")


@pytest.mark.parametrize("length", ["-1", "1e3", "", "9" * 30])
def test_a_length_that_is_none_is_refused(length: str) -> None:
    with client() as service:
        reply = service.post("/parcels", content=b"{}", headers={"content-length": length})

    assert reply.status_code == 413


def test_a_path_may_have_a_limit_of_its_own() -> None:
    with client(ridealong_max_body_bytes=2000) as service:
        assert service.post("/parcels/many", content=b"x" * 9_000).status_code == 404
        assert service.post("/parcels/many", content=b"x" * 11_000).status_code == 413
