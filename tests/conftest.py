"""Marks tests by their folder: what needs a real daprd, and what needs the whole system."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        parts = item.path.relative_to(TESTS).parts
        if "sidecar" in parts:
            item.add_marker(pytest.mark.sidecar)
        if "system" in parts:
            item.add_marker(pytest.mark.system)
