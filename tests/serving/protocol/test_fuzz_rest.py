"""The REST edge held to its own OpenAPI document by schemathesis, over real sockets.

Whatever is sent: no failure of ours, no status and no answer that the document does not have, and
what it forbids is refused.
"""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import settings
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi import checks

from ridealong.serving.protocol.openapi import describe
from tests.conformance.serving import serving
from tests.serving.tiny_models import write_doubler, write_echo, write_encoder, write_pipeline

MODELS = ["doubler", "echo-BYTES", "echo-INT8", "tiny-pipeline"]
PAGE: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": "inference", "version": "1"}}
load_all_checks()


def narrowed(document: dict[str, Any]) -> dict[str, Any]:
    """The same addresses for models and inputs that there are: random names get nowhere."""
    whole = copy.deepcopy(document)
    known = {"model": MODELS, "version": ["1"]}
    for path in whole["paths"].values():
        for place in path.get("parameters", ()):
            place["schema"] = {"enum": known[place["name"]]}
    tensor = whole["components"]["schemas"]["InferInput"]["properties"]
    tensor["name"] = {"enum": ["x", "text"]}
    tensor["shape"] = {"enum": [[0], [1], [2], [1, 3], [3], [0, 3]]}
    tensor["datatype"] = {"enum": ["FP32", "BYTES", "INT8"]}
    return whole


wide = schemathesis.openapi.from_dict(describe(PAGE))
narrow = schemathesis.openapi.from_dict(narrowed(describe(PAGE)))
quickly = settings(max_examples=12, deadline=None)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = tmp_path_factory.mktemp("store")
    write_all(store)
    with serving(store) as served:
        yield served.rest


def write_all(store: Path) -> None:
    write_doubler(store)
    write_encoder(store)
    write_pipeline(store)
    write_echo(store, "BYTES")
    write_echo(store, "INT8")


def check(case: schemathesis.Case[Any], url: str) -> None:
    """A request that fits the document need not fit the model, nor its bytes the header."""
    case.call_and_validate(base_url=url, excluded_checks=[checks.positive_data_acceptance])


@wide.parametrize()
@quickly
def test_whatever_is_sent_the_document_tells_the_truth(
    case: schemathesis.Case[Any], url: str
) -> None:
    check(case, url)


@narrow.exclude(path_regex="unload$").parametrize()
@quickly
def test_the_same_for_models_that_there_are(case: schemathesis.Case[Any], url: str) -> None:
    check(case, url)
