"""The examples are what they claim: sendable, in many languages, and of nobody real."""

import base64
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from examples.hostile.generate import HOSTILE, JSON, Hostile, as_json, in_json, write_all
from ridealong.chassis.errors import ServiceError
from ridealong.contracts.contract import Decision, Route
from ridealong.contracts.gateway import NewMessage
from ridealong.contracts.intake import AcceptMessage
from services.intake.content import Content, content_of
from services.intake.settings import Settings

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples"
LABELS = {
    f"{path.stem}.{label}"
    for path in (Path(__file__).parent / "labels").glob("*.txt")
    for label in path.read_text().split("\n")
    if label
}
# Names reserved by RFC 2606; numbers kept for tests and fiction by card schemes and authorities.
EXAMPLE_HOST = re.compile(r"(?:[\w-]+\.)*example(?:\.(?:com|net|org))?$")
TEST_IBAN = "DE89 3704 0044 0532 0130 00"
TEST_CARDS = {"4111111111111111", "5555555555554444"}
FICTIONAL_PHONES = re.compile(r"\+1 202-555-01\d\d|\+44 20 7946 0\d{3}|\+49 30 23125 \d{3}")
EXPECTED_FIELDS = {
    "about", "attachments", "decisions", "entities", "external_id", "forbidden", "hidden",
    "intents", "language", "languages", "mail", "text",
}  # fmt: skip


def lines_of(name: str) -> list[dict[str, Any]]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


MESSAGES = lines_of("messages.jsonl")
ACCEPTED = lines_of("hostile/accepted.jsonl")
REFUSED = lines_of("hostile/refused.jsonl")
EXPECTATIONS = lines_of("expectations.jsonl")
MAILS = sorted((FOLDER / "mails").glob("*.eml"))


def accept(body: bytes | str) -> Content:
    """What gateway and intake make of a body, without their network."""
    message = NewMessage.model_validate_json(body)
    request = AcceptMessage.model_validate_json(
        json.dumps(message.model_dump() | {"tenant": "demo", "route": Route.LIVE})
    )
    return content_of(request, Settings().max_text_chars)


def status_of(body: bytes | str) -> int:
    try:
        accept(body)
    except ValidationError:
        return 422
    except ServiceError as error:
        return error.status
    return 200


def about(row: dict[str, Any]) -> str:
    return str(row.get("external_id") or row.get("mail") or row.get("name"))


def test_there_are_enough_of_each_kind() -> None:
    assert len(MESSAGES) >= 45
    assert len(MAILS) >= 8
    assert len(ACCEPTED) >= 8
    assert len(REFUSED) + len(HOSTILE) >= 20


@pytest.mark.parametrize("row", MESSAGES + ACCEPTED, ids=about)
def test_every_message_is_accepted(row: dict[str, Any]) -> None:
    assert accept(json.dumps(row)).text.strip()


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.name)
def test_every_mail_is_read_as_expected(path: Path) -> None:
    (expected,) = (row for row in EXPECTATIONS if row.get("mail") == path.name)

    content = accept(in_json(path.read_bytes()))

    assert expected["text"] in " ".join(content.text.split())
    assert [one.name for one in content.attachments] == expected.get("attachments", [])
    assert content.customer_id
    assert content.name


@pytest.mark.parametrize("row", REFUSED, ids=about)
def test_every_refused_body_is_refused_with_its_status(row: dict[str, Any]) -> None:
    assert status_of(row["line"]) == row["status"]


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_every_hostile_body_meets_one_of_its_statuses(hostile: Hostile) -> None:
    body = hostile.body()

    assert status_of(body if hostile.media_type == JSON else in_json(body)) in hostile.statuses


def test_an_honest_body_would_be_accepted() -> None:
    assert status_of(as_json("where is my order")) == 200


def test_the_hostile_bodies_can_be_written_as_files(tmp_path: Path) -> None:
    write_all(tmp_path / "out")

    assert {path.name for path in (tmp_path / "out").iterdir()} == {one.name for one in HOSTILE}


def test_no_two_messages_share_an_id() -> None:
    ids = Counter(row["external_id"] for row in MESSAGES + ACCEPTED)

    assert [name for name, number in ids.items() if number > 1] == []


def test_every_message_and_mail_has_one_expectation() -> None:
    sent = {row["external_id"] for row in MESSAGES + ACCEPTED} | {path.name for path in MAILS}

    assert sorted(map(about, EXPECTATIONS)) == sorted(sent)


@pytest.mark.parametrize("row", EXPECTATIONS, ids=about)
def test_an_expectation_speaks_of_real_intents_and_decisions(row: dict[str, Any]) -> None:
    assert set(row) <= EXPECTED_FIELDS
    assert set(row["intents"]) <= LABELS
    assert row["decisions"]
    assert set(row["decisions"]) <= set(Decision)


@pytest.mark.parametrize("row", EXPECTATIONS, ids=about)
def test_what_is_to_be_hidden_or_found_stands_in_the_message(row: dict[str, Any]) -> None:
    text = text_of(row)
    digits = re.sub(r"\D", "", text)
    named = [value for values in row.get("entities", {}).values() for value in values]

    assert all(value in text for value in named)
    assert all(value in text or value in digits or "mail" in row for value in row.get("hidden", []))


def text_of(row: dict[str, Any]) -> str:
    if "mail" in row:
        return accept(in_json((FOLDER / "mails" / row["mail"]).read_bytes())).text
    return str(
        next(m for m in MESSAGES + ACCEPTED if m["external_id"] == row["external_id"])["text"]
    )


def test_at_least_ten_languages_are_spoken() -> None:
    assert len({row["language"] for row in EXPECTATIONS} - {"unknown"}) >= 10


def test_some_expectations_leave_everything_to_people() -> None:
    assert sum(row["decisions"] == ["hand_over"] for row in EXPECTATIONS) >= 8


def test_nobody_real_is_named() -> None:
    texts = [row["text"] for row in MESSAGES] + [
        path.read_bytes().decode("latin-1") for path in MAILS
    ]
    whole = "\n".join(texts).replace(TEST_IBAN, "")

    hosts = re.findall(r"[\w.+-]+@([\w.-]+\w)", whole)
    cards = {re.sub(r"\D", "", card) for card in re.findall(r"\b(?:\d{4}[ -]?){3}\d{4}\b", whole)}
    phones = re.findall(r"\+\d[\d -]{8,}\d", whole)

    assert [host for host in hosts if not EXAMPLE_HOST.match(host)] == []
    assert cards == TEST_CARDS
    assert phones
    assert [phone for phone in phones if not FICTIONAL_PHONES.match(phone)] == []


def test_mails_are_base64_only_on_the_way() -> None:
    assert base64.b64decode(json.loads(in_json(b"mail"))["mail"]) == b"mail"
