"""What several tests of the service start from."""

from pathlib import Path

import pytest

from tests.serving.tiny_models import write_scaler


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store that holds version 1 of `scaler`."""
    folder = tmp_path / "models"
    write_scaler(folder, 1)
    return folder
