"""Laws of the one Dockerfile: what it copies is there, and it leaves the siblings out."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ridealong.local.places import ROOT

SERVICES = sorted(path.parent.name for path in (ROOT / "services").glob("*/app.py"))
MADE_BY_SETUP = {"var/models"}


def copied(service: str) -> Iterator[str]:
    """Every path of the checkout that an image of that service takes."""
    for line in (ROOT / "Dockerfile").read_text().splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            sources = [part for part in line.split()[1:-1] if not part.startswith("--")]
            yield from (source.replace("${SERVICE}", service) for source in sources)


def let_through() -> set[str]:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    return {line.removeprefix("!") for line in lines if line.startswith("!")}


@pytest.mark.parametrize("service", SERVICES)
def test_everything_an_image_takes_is_there(service: str) -> None:
    missing = [path for path in copied(service) if not (ROOT / path).exists()]

    assert set(missing) <= MADE_BY_SETUP


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_takes_no_sibling(service: str) -> None:
    taken = {path for path in copied(service) if path.startswith("services")}

    assert taken == {"services/__init__.py", f"services/{service}"}


def test_docker_sees_what_is_copied_and_nothing_else() -> None:
    tops = {
        path if Path(path).parts[0] == "var" else Path(path).parts[0] for path in copied("intake")
    }

    assert let_through() == tops


def test_every_service_has_an_extra_to_be_installed_by() -> None:
    extras = set(re.findall(r"^([a-z-]+) = \[", (ROOT / "pyproject.toml").read_text(), re.M))

    assert {service.replace("_", "-") for service in SERVICES} <= extras
