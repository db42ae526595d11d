"""Random values made once for this installation: API tokens and the secrets of the local store."""

import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

APP_TOKEN = "APP_API_TOKEN"
SIDECAR_TOKEN = "DAPR_API_TOKEN"


def keep_secrets(file: Path, names: Iterable[str]) -> dict[str, str]:
    """Every named secret, the missing ones made now; what was there stays as it is."""
    kept: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    missing = {name: secrets.token_urlsafe(32) for name in names if name not in kept}
    if missing:
        kept.update(missing)
        write_privately(file, json.dumps(kept, indent=2) + "\n")
    return kept


def write_privately(file: Path, content: str) -> None:
    """Replace a file by one that only its owner can read, at once and whole."""
    half = file.with_suffix(".new")
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(content)
    half.replace(file)
