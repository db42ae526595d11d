"""Where things lie: the run-time folder beside the run file, and the cache outside the checkout."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

# The checkout (or installation) that this code belongs to.
ROOT = Path(__file__).resolve().parents[2]


def cache_folder() -> Path:
    """What a second clone on this machine shares with the first."""
    chosen = os.environ.get("RIDEALONG_CACHE")
    if chosen:
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ridealong"


@dataclass(frozen=True)
class Places:
    """The folders and files of one running system, all under the `var` beside its run file."""

    folder: Path

    @property
    def var(self) -> Path:
        """Everything below it may be deleted while nothing runs."""
        return self.folder / "var"

    @property
    def run(self) -> Path:
        """What lives as long as the system is up; for its owner only."""
        return self.var / "run"

    @property
    def logs(self) -> Path:
        """One file per process."""
        return self.var / "logs"

    @property
    def secrets(self) -> Path:
        """What the local secret store reads (components/secrets/local)."""
        return self.var / "secrets.json"

    @property
    def tokens(self) -> Path:
        """The API tokens of this installation."""
        return self.var / "tokens.json"

    @property
    def environment(self) -> Path:
        """To be sourced before `dapr run`."""
        return self.run / "env"

    @property
    def supervisor_config(self) -> Path:
        """Generated anew at every start."""
        return self.run / "supervisord.conf"

    @property
    def supervisor_record(self) -> Path:
        """Who supervises, and for whom."""
        return self.run / "supervisor.json"

    @property
    def starts(self) -> Path:
        """How often each process was started."""
        return self.run / "starts.json"

    @property
    def socket(self) -> Path:
        """Not below `var`: the path of a socket may not be longer than about 100 characters."""
        digest = hashlib.sha256(str(self.var).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"ridealong-{os.getuid()}" / f"{digest}.sock"

    def make(self) -> None:
        """Create the folders, closed to others."""
        for folder in (self.var, self.logs, self.var / "broker", self.var / "state"):
            folder.mkdir(parents=True, exist_ok=True)
        for folder in (self.run, self.socket.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # A folder left there by somebody else must not get our socket: chmod then fails.
            folder.chmod(0o700)
