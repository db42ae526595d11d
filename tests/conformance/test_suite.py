"""The suite itself: no case can pass whatever a server does, and the command says what happened."""

import json
from pathlib import Path

import onnxruntime
import pytest

from conformance.__main__ import main
from conformance.cases import REST, Case, Transport, all_cases
from conformance.models import write_models
from conformance.rest import RestCaller
from conformance.runner import Result, Selection, is_claimed, run_case
from conformance.suite import callers, repository, statistics
from tests.conformance.liars import serving_lies

# What a server is that lies in this way: the cases below are true of one, and of no other.
ANSWER = {
    "name": "add_sub",
    "version": "1",
    "extensions": [],
    "live": True,
    "ready": True,
    "model_name": "add_sub",
    "outputs": [],
    "inputs": [],
    "model_stats": [],
}
LIES = {
    "yes": (200, b"{}"),
    "yes, in an object": (200, json.dumps(ANSWER).encode()),
    "yes, in a list": (200, b"[]"),
    "no": (400, b'{"error": "no"}'),
    "nothing here": (404, b'{"error": "nothing here"}'),
    "not allowed": (405, b'{"error": "not allowed"}'),
    "broken": (500, b"<h1>sorry</h1>"),
}
CASES = all_cases()


def test_there_are_enough_cases() -> None:
    assert len({case.check for case in CASES}) >= 120


def test_every_case_says_why_and_where_from() -> None:
    assert all(case.reason.endswith(".") and case.source.page for case in CASES)


def test_no_case_passes_whatever_the_server_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "GONE_WITHIN_S", 0.05)
    monkeypatch.setattr(statistics, "COUNTED_WITHIN_S", 0.05)
    monkeypatch.setattr(callers, "CALLERS", 2)
    monkeypatch.setattr(callers, "ROUNDS", 1)
    passed = {case.name: 0 for case in CASES if Transport.REST in case.transports}

    for status, body in LIES.values():
        with serving_lies(status, body) as url:
            caller = RestCaller(url)
            for case in CASES:
                if case.name in passed:
                    outcome = run_case(case, Transport.REST, caller)
                    passed[case.name] += outcome.result is Result.PASSED

    assert [name for name, count in passed.items() if count == len(LIES)] == []


def test_the_models_are_sound_and_answer(tmp_path: Path) -> None:
    names = write_models(tmp_path)

    found = sorted(path.parent.parent.name for path in tmp_path.glob("*/1/model.onnx"))
    assert found == sorted(names)
    for path in tmp_path.glob("*/*/model.onnx"):
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        assert session.get_inputs()


def test_a_server_that_refuses_everything_fails(capsys: pytest.CaptureFixture[str]) -> None:
    with serving_lies(200, json.dumps(ANSWER).encode()) as url:
        code = main(["--rest", url, "--only", "refusals", "--quiet"])

    told = capsys.readouterr().out
    assert code == 1
    assert "FAIL  rest  refusals/an-unknown-output-is-refused  (Open Inference Protocol" in told
    assert "answered; it should have been refused" in told
    assert "0 passed" in told


def test_a_server_that_is_not_there_is_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    with serving_lies(200, b"{}") as url:
        gone = url

    assert main(["--rest", gone]) == 2
    assert "no whole HTTP response" in capsys.readouterr().err


def test_the_list_names_what_a_sidecar_answers_itself(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--list"])

    told = capsys.readouterr().out
    assert code == 0
    assert f"{len(CASES)} cases" in told
    for case in CASES:
        assert not case.sidecar or f"not through a sidecar: {case.sidecar}" in told


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])

    assert "--path-prefix /v1.0/invoke/inference/method" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("only", "wanted"),
    [
        (["answers"], True),
        (["answers/a-given-id-comes-back"], True),
        (["*id*"], True),
        (["binary"], False),
    ],
)
def test_cases_are_chosen_by_page_name_or_pattern(only: list[str], wanted: bool) -> None:
    case = next(case for case in CASES if case.name.startswith("answers/a-given-id-comes-back"))

    assert Selection(only).wants(case) is wanted


def test_what_binds_nobody_is_not_asked() -> None:
    def of(claim: str) -> Case:
        return next(case for case in CASES if case.name.startswith(claim))

    behind = Selection(through_sidecar=True)
    assert "the sidecar itself" in (behind.reason_to_skip(of("http/never-climbs/nul"), []) or "")
    strict = Selection(spec_only=True)
    assert strict.reason_to_skip(of("answers/without-a-version-the-latest"), []) is not None
    assert Selection().reason_to_skip(of("binary/all-inputs-as-bytes"), []) is not None
    assert Selection().reason_to_skip(of("binary/all-inputs"), ["binary_tensor_data"]) is None


@pytest.mark.parametrize("claimed", [["statistics"], ["x", "statistics(batch)"]])
def test_an_extension_may_be_claimed_in_part(claimed: list[str]) -> None:
    assert is_claimed("statistics", claimed)
    assert not is_claimed("statistic", claimed)


def test_a_case_over_rest_alone_says_so() -> None:
    assert all(case.transports == REST for case in CASES if case.name.startswith("http/"))
