"""Two who write the same record wait a while, each its own, so that they do not meet again."""

import asyncio
import random

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.005, 0.2


async def pause(attempt: int) -> None:
    """Another replica was first; the more often, the longer."""
    await asyncio.sleep(random.uniform(0, min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**attempt)))
