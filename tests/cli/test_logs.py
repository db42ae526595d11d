import json
from pathlib import Path

import pytest

from ridealong.cli.logs import log_files, rendered
from ridealong.local.places import Places
from ridealong.local.problems import LocalProblem
from ridealong.local.readiness import tail


@pytest.fixture
def places(tmp_path: Path) -> Places:
    places = Places(tmp_path)
    places.logs.mkdir(parents=True)
    for name in ("nlp", "nlp-dapr"):
        (places.logs / f"{name}.log").write_text("one\ntwo\nthree\n")
    return places


def test_one_log_or_all(places: Places) -> None:
    assert [file.stem for file in log_files(places, "nlp")] == ["nlp"]
    assert [file.stem for file in log_files(places, None)] == ["nlp", "nlp-dapr"]


def test_an_unknown_log_is_refused_with_the_known_ones(places: Places) -> None:
    with pytest.raises(LocalProblem, match="nlp, nlp-dapr"):
        log_files(places, "billing")


def test_only_the_last_lines_are_read(places: Places) -> None:
    assert tail(places.logs / "nlp.log", 2) == ["two", "three"]


def test_no_lines_are_no_lines(places: Places) -> None:
    assert tail(places.logs / "nlp.log", 0) == []


def test_a_missing_log_is_empty(places: Places) -> None:
    assert tail(places.logs / "none.log", 5) == []


def test_a_line_of_several_logs_names_its_process() -> None:
    assert rendered("nlp", "ready", as_json=False, many=True) == "nlp: ready"
    assert rendered("nlp", "ready", as_json=False, many=False) == "ready"


@pytest.mark.parametrize("line", ["plain words", '["a", "list"]', '{"message": "an object"}'])
def test_as_json_every_line_is_an_object_with_its_process(line: str) -> None:
    fields = json.loads(rendered("nlp", line, as_json=True, many=False))

    assert fields["process"] == "nlp"
    assert fields["message"]
