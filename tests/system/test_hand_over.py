"""What cannot be answered becomes a person's, stays visible, and can be sent again."""

import json
import subprocess
import sys
from typing import Any

import httpx2
import pytest

from tests.system.caller import Caller
from tests.system.harness import System, eventually


def set_running(system: System, service: str, *, is_up: bool) -> None:
    method = "startProcess" if is_up else "stopProcess"
    names = [f"sidecars:{service}-dapr", f"apps:{service}"]
    for name in names if is_up else reversed(names):
        system.local.supervision._call(method, name)


def command(system: System, *words: str) -> Any:
    run = subprocess.run(
        [sys.executable, "-m", "ridealong.cli", *words, "--json", "--file", str(system.file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def letters_of(system: System, message_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = command(system, "dead-letters", "list")
    return [letter for letter in found if letter["event_id"].startswith(message_id)]


def is_reached(system: System, app_id: str, *, by: str) -> bool:
    """Whether one app's sidecar finds another app."""
    address = f"{system.sidecar_url(by)}/v1.0/invoke/{app_id}/method/healthz"
    return bool(httpx2.get(address, headers=system.headers, timeout=10).is_success)


@pytest.mark.timeout(240)
def test_a_message_nobody_can_answer_is_handed_over_and_answered_when_sent_again(
    system: System, caller: Caller
) -> None:
    set_running(system, "nlp", is_up=False)
    message_id = caller.queue("Where is my order 12345?")
    eventually(lambda: caller.status(message_id)["answer"] is not None, within_s=90)
    handed_over = caller.status(message_id)
    eventually(lambda: len(letters_of(system, message_id)) == 1, within_s=30, pause_s=1)
    [letter] = letters_of(system, message_id)

    set_running(system, "nlp", is_up=True)
    eventually(lambda: "nlp" in ready(system), within_s=30, pause_s=0.5)
    # A sidecar that lost its connection looks for the other side ever more rarely.
    eventually(lambda: is_reached(system, "nlp", by="aggregation"), within_s=60, pause_s=0.5)
    command(system, "dead-letters", "resend", letter["letter_id"])

    answered = caller.status(message_id)
    assert handed_over["answer"]["decision"] == "hand_over"
    assert handed_over["steps"][-1]["name"] == "failed"
    assert letter["app_id"] == "aggregation"
    assert answered["answer"]["intents"][0]["name"] == "commerce.track_order"
    assert letters_of(system, message_id)[0]["status"] == "resent"


def ready(system: System) -> set[str]:
    """Which services say that they can work."""
    found = set()
    for service in system.local.topology.apps:
        try:
            if httpx2.get(f"{system.url(service.name)}/readyz", timeout=2).status_code == 200:
                found.add(service.name)
        except httpx2.TransportError:
            continue
    return found
