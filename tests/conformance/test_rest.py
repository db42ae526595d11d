"""The conformance suite against our own server over REST, case by case."""

import pytest

from conformance.cases import Case, Transport, all_cases
from conformance.rest import RestCaller
from conformance.runner import is_claimed
from tests.conformance.serving import Served

CASES = [case for case in all_cases() if Transport.REST in case.transports]


@pytest.fixture(scope="module")
def rest(served: Served) -> RestCaller:
    return RestCaller(served.rest)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_server_conforms(case: Case, rest: RestCaller) -> None:
    case.run(rest)


def test_the_server_claims_every_extension_that_is_asked(rest: RestCaller) -> None:
    claimed = rest.describe_server()["extensions"]
    asked = {case.source.extension for case in CASES} - {""}

    assert {extension for extension in asked if not is_claimed(extension, claimed)} == set()
