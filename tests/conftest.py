"""Marks tests by their folder: what needs a real daprd, and what needs the whole system."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

TESTS = Path(__file__).parent

# A busy machine is no failure: how long an example takes, or its making, decides nothing.
settings.register_profile(
    "unhurried", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        parts = item.path.relative_to(TESTS).parts
        if "sidecar" in parts:
            item.add_marker(pytest.mark.sidecar)
        if "system" in parts:
            item.add_marker(pytest.mark.system)
