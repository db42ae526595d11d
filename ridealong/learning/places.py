"""Where models stand: committed in the checkout, built in the cache, assembled in the store."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "models"
STORE = ROOT / "var" / "models"


def cache_root() -> Path:
    """Outside every checkout, so that a second clone builds nothing again."""
    chosen = os.environ.get("RIDEALONG_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base).expanduser() / "ridealong"
