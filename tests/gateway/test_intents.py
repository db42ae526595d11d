"""A tenant's own intents at the public API; `nlp` behind it is small."""

import json
from typing import Any

import pytest

from ridealong.chassis.sidecar import HttpReply
from tests.gateway.services import Caller, World, gateway

SECRET = "my-password-is-swordfish"
JSON, CSV = {"content-type": "application/json"}, {"content-type": "text/csv"}
PATH = "/v1/intents"
SHOWN = {
    "revision": 1,
    "active_revision": 1,
    "state": "active",
    "reason": "the head is good enough and answers from now on",
    "floor": 0.7,
    "intents": [{"label": "luggage", "examples": 5, "recall": 1.0}],
    "figures": None,
    "encoders": {},
    "changed_at": None,
}
TAUGHT = SHOWN | {"added": 1, "repeated": 0, "unreadable": 0}


class Taught(World):
    """`nlp` that notes what it is taught."""

    def __init__(self) -> None:
        super().__init__()
        self.wishes: list[dict[str, Any]] = []
        self.sidecar.answer("nlp", "/intents", self._take)
        self.sidecar.answer("nlp", "/intents/luggage", SHOWN)

    def _take(self, body: bytes) -> dict[str, Any]:
        if not body:
            return SHOWN
        self.wishes.append(json.loads(body))
        return TAUGHT


def caller_of(client: Any, tenant: str = "acme") -> Caller:
    return Caller(client, tenant=tenant, scopes=["intents"])


def body(*examples: tuple[str, str], **more: object) -> bytes:
    rows = [{"text": text, "label": label} for text, label in examples]
    return json.dumps({"examples": rows} | more).encode()


def test_examples_are_taught_for_the_tenant_of_the_key() -> None:
    world = Taught()
    with gateway(world) as client:
        content = body(("How heavy may my bag be?", "luggage"), replace=True)
        reply = caller_of(client, "acme").post(PATH, content=content, headers=JSON)

    assert reply.status_code == 200
    assert reply.json()["added"] == 1
    assert world.wishes == [
        {
            "examples": [{"text": "How heavy may my bag be?", "label": "luggage"}],
            "replace": True,
            "force": False,
            "tenant": "acme",
        }
    ]


@pytest.mark.parametrize(
    "table",
    [
        b"text,label\nHi there,hello\n",
        b"\xef\xbb\xbftext,label\r\nHi there,hello\r\n",
        b'label,text\nhello,"Hi there"\n\n',
    ],
)
def test_a_table_is_taught_as_well(table: bytes) -> None:
    world = Taught()
    with gateway(world) as client:
        reply = caller_of(client).post(f"{PATH}?force=true", content=table, headers=CSV)

    assert reply.status_code == 200
    assert world.wishes[0]["examples"] == [{"text": "Hi there", "label": "hello"}]
    assert world.wishes[0]["force"] is True


def test_intents_are_shown_and_removed() -> None:
    with gateway(Taught()) as client:
        caller = caller_of(client)
        shown = caller.get(PATH)
        removed = client.delete(f"{PATH}/luggage", headers=caller.headers)

    assert shown.json()["intents"][0]["label"] == "luggage"
    assert removed.status_code == 200


def test_the_path_to_nlp_is_made_of_the_keys_tenant_only() -> None:
    world = Taught()
    with gateway(world) as client:
        caller = caller_of(client, "acme")
        client.get(f"{PATH}?tenant=other", headers=caller.headers)
        client.delete(f"{PATH}/luggage%3Ftenant=other", headers=caller.headers)
        client.delete(f"{PATH}/luggage?tenant=other", headers=caller.headers)

    paths = [path for app_id, _, path, _ in world.sidecar.calls if app_id == "nlp"]
    assert paths == [
        "/intents?tenant=acme",
        "/intents/luggage%3Ftenant%3Dother?tenant=acme",
        "/intents/luggage?tenant=acme",
    ]


@pytest.mark.parametrize(
    ("method", "path"), [("POST", PATH), ("GET", PATH), ("DELETE", f"{PATH}/a")]
)
def test_a_key_without_the_scope_is_turned_away(method: str, path: str) -> None:
    with gateway(Taught()) as client:
        caller = Caller(client, scopes=["messages:write", "messages:read"])
        reply = client.request(method, path, headers=caller.headers)

    assert reply.status_code == 403
    assert 'scope="intents"' in reply.headers["www-authenticate"]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"", "(body)"),
        (b"[]", "(body)"),
        (b"{}", "examples"),
        (b'{"examples": []}', "examples"),
        (b'{"examples": [{"text": "a"}]}', "examples.0.label"),
        (body((SECRET, "")), "examples.0.label"),
        (body(("ok", "fine"), (SECRET, "no spaces please")), "examples.1.label"),
        (body((SECRET, "../../other")), "examples.0.label"),
        (body((SECRET, "x" * 65)), "examples.0.label"),
        (body((SECRET, "Unknown")), "examples.0.label"),
        (body(("", "fine")), "examples.0.text"),
        (body((SECRET * 100, "fine")), "examples.0.text"),
        (b'{"examples": [{"text": 3, "label": "a"}]}', "examples.0.text"),
        (b'{"examples": [{"text": "a\\ud800", "label": "a"}]}', "(body)"),
        (body((SECRET, "a"), tenant="other"), "tenant"),
        (body(*[(SECRET, "a")] * 2_001), "examples"),
    ],
)
def test_malformed_examples_are_told_where_and_never_what(content: bytes, field: str) -> None:
    world = Taught()
    with gateway(world) as client:
        reply = caller_of(client).post(PATH, content=content, headers=JSON)

    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["fields"][0]["field"] == field
    assert SECRET not in reply.text
    assert world.wishes == []


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (b"", "head line"),
        (b"text;label\na;b\n", "head line"),
        (b"utterance,intent\na,b\n", "head line"),
        (
            b"text,label\n" + SECRET.encode() + b"\n",
            "rows with another number of columns than two: 1",
        ),
        (b"text,label\na,b,c\nd,e\n", "than two: 1"),
        (b"text,label\n\xe4\xff,a\n", "UTF-8"),
        ("text,label\nä,a\n".encode("utf-16"), "UTF-8"),
        (b'text,label\n"' + SECRET.encode(), "no CSV"),
    ],
)
def test_a_table_that_cannot_be_read_is_told_why(table: bytes, told: str) -> None:
    world = Taught()
    with gateway(world) as client:
        reply = caller_of(client).post(PATH, content=table, headers=CSV)

    assert reply.status_code == 422
    assert told in reply.json()["detail"]
    assert SECRET not in reply.text
    assert world.wishes == []


def test_a_table_without_rows_teaches_nothing() -> None:
    with gateway(Taught()) as client:
        reply = caller_of(client).post(PATH, content=b"text,label\n", headers=CSV)

    assert reply.json()["fields"][0]["field"] == "examples"


def test_another_media_type_is_told_what_to_send() -> None:
    with gateway(Taught()) as client:
        reply = caller_of(client).post(PATH, content=b"a", headers={"content-type": "text/plain"})

    assert reply.status_code == 415
    assert "text/csv" in reply.json()["detail"]


@pytest.mark.parametrize("size", [4_100_000, 4_300_000])
def test_too_much_at_once_is_413(size: int) -> None:
    examples = [("é" * 2_000 + str(n), "a") for n in range(size // 4_010)]
    content = json.dumps(
        {"examples": [{"text": t[-2_000:], "label": each} for t, each in examples]},
        ensure_ascii=False,
    ).encode()
    with gateway(Taught()) as client:
        reply = caller_of(client).post(PATH, content=content, headers=JSON)

    assert reply.status_code == 413


def test_what_nlp_refuses_is_told_in_its_words() -> None:
    world = Taught()
    refused = {
        "type": "urn:ridealong:examples-refused",
        "detail": "the same text has two labels: row 3 and row 1",
        "field": "examples",
    }
    world.sidecar.answer("nlp", "/intents", HttpReply(422, json.dumps(refused).encode()))
    world.sidecar.answer(
        "nlp", "/intents/a", HttpReply(404, b'{"type": "urn:ridealong:intent-not-found"}')
    )
    with gateway(world) as client:
        caller = caller_of(client)
        reply = caller.post(PATH, content=body(("a", "b")), headers=JSON)
        missing = client.delete(f"{PATH}/a", headers=caller.headers)

    assert reply.status_code == 422
    assert reply.json()["detail"] == refused["detail"]
    assert missing.status_code == 404


def test_without_nlp_the_caller_is_told_to_come_back() -> None:
    with gateway(World()) as client:
        reply = caller_of(client).post(PATH, content=body(("a", "b")), headers=JSON)

    assert reply.status_code == 503
    assert reply.headers["retry-after"]
