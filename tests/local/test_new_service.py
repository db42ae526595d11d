import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ridealong.local.new_service import add_service, next_ports, smallest_service
from ridealong.local.places import ROOT
from ridealong.local.problems import LocalProblem
from ridealong.local.topology import load_topology

COPIED = ("ridealong", "services", "components", "dapr-config")
FILES = ("dapr.yaml", "tye.yaml", "pyproject.toml")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in COPIED:
        shutil.copytree(ROOT / folder, tmp_path / folder, symlinks=True, ignore=ignored)
    pattern = smallest_service(ROOT)
    for folder in ("repo", pattern):
        shutil.copytree(ROOT / "tests" / folder, tmp_path / "tests" / folder, ignore=ignored)
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path)
    for file in (ROOT / "tests").glob("*.py"):
        shutil.copy(file, tmp_path / "tests")
    return tmp_path


def run_tests(checkout: Path, *paths: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *paths],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_new_service_passes_its_own_tests_and_the_laws_of_the_topology(checkout: Path) -> None:
    add_service(checkout, "order-desk")
    done = run_tests(checkout, "tests/order_desk", "tests/repo/test_topology.py")

    assert done.returncode == 0, done.stdout


def test_a_new_service_has_ports_of_its_own(checkout: Path) -> None:
    expected = next_ports(checkout)
    add_service(checkout, "order-desk")
    service = load_topology(checkout / "dapr.yaml").service("order-desk")

    assert service.ports == tuple(expected.values())


def test_a_new_service_no_longer_speaks_of_its_pattern(checkout: Path) -> None:
    pattern = smallest_service(checkout)
    add_service(checkout, "order-desk")
    left = [
        file.name
        for file in (checkout / "services" / "order_desk").glob("*.py")
        if f"services.{pattern}" in file.read_text() or f"{pattern.upper()}_" in file.read_text()
    ]

    assert left == []


@pytest.mark.parametrize("name", ["", "Order", "order desk", "../order", "order_desk", "nlp"])
def test_a_name_that_cannot_be_is_refused(checkout: Path, name: str) -> None:
    before = (checkout / "dapr.yaml").read_text()

    with pytest.raises(LocalProblem):
        add_service(checkout, name)
    assert (checkout / "dapr.yaml").read_text() == before
