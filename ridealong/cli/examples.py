"""The project's example messages, as examples/README.md tells of them."""

import email
import email.policy
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.errors import MessageError
from pathlib import Path
from typing import Any

from ridealong.cli.gateway import JSON, MAIL


@dataclass(frozen=True)
class Example:
    """A message as it is sent, and how it begins."""

    name: str
    start: str
    channel: str
    kind: str
    body: bytes


def read_examples(folder: Path) -> Iterator[Example]:
    """What examples/README.md tells of, those too big or too broken for a file included."""
    for name in ("messages.jsonl", "hostile/accepted.jsonl"):
        for number, line in enumerate(_lines(folder / name), 1):
            yield _json_example(f"{name}:{number}", line)
    yield from _whole_bodies(folder / "mails")
    for line in _lines(folder / "hostile" / "refused.jsonl"):
        refused = json.loads(line)
        yield _json_example(f"hostile/{refused['name']}", refused["line"].encode())
    generate = folder / "hostile" / "generate.py"
    if generate.exists():
        with tempfile.TemporaryDirectory() as made:
            subprocess.run([sys.executable, str(generate), made], check=True)
            for example in _whole_bodies(Path(made)):
                yield replace(example, start=example.name)


def _lines(file: Path) -> list[bytes]:
    found = file.read_bytes().splitlines() if file.exists() else []
    return [line for line in found if line.strip()]


def _whole_bodies(folder: Path) -> Iterator[Example]:
    for file in sorted(folder.glob("*")):
        if file.suffix == ".eml":
            yield _mail_example(file.name, file.read_bytes())
        elif file.suffix == ".json":
            yield _json_example(file.name, file.read_bytes())


def _json_example(name: str, body: bytes) -> Example:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    message: dict[str, Any] = said if isinstance(said, dict) else {}
    start = str(message.get("text") or "").strip() or message.get("subject") or name
    return Example(name, str(start), str(message.get("channel", "chat")), JSON, body)


def _mail_example(name: str, body: bytes) -> Example:
    try:
        subject = email.message_from_bytes(body, policy=email.policy.default).get("subject")
    except (MessageError, ValueError, LookupError):
        subject = None
    return Example(name, str(subject or name), "email", MAIL, body)
