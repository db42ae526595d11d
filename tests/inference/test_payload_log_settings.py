"""The rules of the payload log as an operator sets them."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from services.inference.payload_log import open_log
from services.inference.settings import Settings
from tests.fakes import FakeSidecar
from tests.serving.payloads.records import manifest, record
from tests.serving.tiny_models import write_doubler

VARIABLE = "INFERENCE_LOG_RULES"


@pytest.fixture(autouse=True)
def _models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_doubler(tmp_path)
    monkeypatch.setenv("INFERENCE_MODELS", str(tmp_path))


async def published(settings: Settings, **changes: Any) -> int:
    sidecar, log = FakeSidecar(), open_log(settings)
    log.take(record(**changes))
    await log.flush(sidecar)
    return len(sidecar.published)


async def test_without_rules_everything_is_logged() -> None:
    assert await published(Settings()) == 1
    assert await published(Settings(), failure="full") == 1


async def test_rules_are_json_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [{"model": "tag*", "tenant": "acme", "share": 0}, {"outcome": "failure", "share": 0}]
    monkeypatch.setenv(VARIABLE, json.dumps(rules))
    settings = Settings()

    assert await published(settings) == 0
    assert await published(settings, tenant="bank") == 1
    assert await published(settings, tenant="bank", failure="full") == 0


async def test_the_share_is_for_answers_without_a_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFERENCE_LOG_SHARE", "0")

    assert await published(Settings()) == 0
    assert await published(Settings(), failure="deadline") == 1


async def test_values_are_bounded_by_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFERENCE_LOG_VALUE_BYTES", "10")
    sidecar, log = FakeSidecar(), open_log(Settings())

    log.take(record("a long text", about=manifest(payload_log={"inputs": "values"})))
    await log.flush(sidecar)

    assert '"values":["a long "],"is_truncated":true' in sidecar.published[0].model_dump_json()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("[{", "not a JSON list of rules, at character"),
        ('{"share": 1}', "tuple"),
        ('[{"share": 2}]', "less than or equal to 1"),
        ('[{"share": 1, "tenent": "acme"}]', "tenent"),
        ('[{"share": 0.1}, {"share": 1, "model": "tagger"}]', "rule-2 is never reached"),
    ],
)
def test_wrong_rules_end_the_start_and_say_where(
    given: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, given)

    with pytest.raises(ValidationError, match=said) as caught:
        Settings()

    assert caught.value.errors()[0]["loc"][0] in ("log_rules", VARIABLE.lower(), VARIABLE)
