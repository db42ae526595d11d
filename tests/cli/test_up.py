import pytest

from ridealong.cli.up import parse_replicas
from ridealong.local.problems import TopologyUnreadable


def test_replicas_are_read_by_name() -> None:
    assert parse_replicas("nlp=2, inference=3") == {"nlp": 2, "inference": 3}


def test_no_replicas_are_none() -> None:
    assert parse_replicas("") == {}


@pytest.mark.parametrize("text", ["nlp", "nlp=", "nlp=two", "nlp=-1", "nlp=1.5"])
def test_replicas_that_are_no_number_are_refused(text: str) -> None:
    with pytest.raises(TopologyUnreadable, match="nlp=2,inference=2"):
        parse_replicas(text)
