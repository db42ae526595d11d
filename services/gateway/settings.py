"""What can be set from outside: `GATEWAY_<NAME>`."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from ridealong.chassis.settings import ServiceSettings

MIB = 1024 * 1024


class Settings(ServiceSettings):
    """How much, how fast and how long."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_")

    rate_per_minute: int = Field(
        default=600, ge=1, description="of keys without a rate of their own"
    )
    burst_share: float = Field(default=1 / 6, gt=0, le=1, description="of a minute, in one second")
    max_live: int = Field(default=64, ge=1, description="live messages under way per replica")
    max_streams: int = Field(default=200, ge=1, description="event streams open per replica")
    live_timeout_s: float = Field(default=8, gt=0, description="then a live message is queued")
    max_batches: int = Field(default=4, ge=1, description="batches being read per replica")
    patience_s: float = Field(default=30, gt=0, description="for the next piece of a body")
    lease_s: float = Field(
        default=60, gt=0, description="a crash blocks an Idempotency-Key so long"
    )
    batch_lease_s: float = Field(default=300, gt=0, description="the same for a batch")
    max_batch_bytes: int = Field(default=64 * MIB, ge=1024)
    max_batch_lines: int = Field(default=10_000, ge=1)
    max_line_bytes: int = Field(default=3 * MIB, ge=64, le=3 * MIB)
    batch_chunk_lines: int = Field(default=200, ge=1, le=500)
    batch_timeout_s: float = Field(default=60, gt=0, description="`intake`'s time for one chunk")
    batch_kept_days: int = Field(default=30, ge=1)
    follow_s: float = Field(
        default=300, gt=0, description="then a stream ends and is taken up anew"
    )
    poll_first_s: float = Field(default=0.1, gt=0)
    poll_longest_s: float = Field(default=2, gt=0)
    heartbeat_s: float = Field(default=15, gt=0)
