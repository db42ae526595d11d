"""How many runs go on at once."""

import os

MOST_SLOTS = 16


def default_slots() -> int:
    """All of a small machine's cores, a quarter of a big one's: others live here too."""
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    return min(cores, max(2, cores // 4), MOST_SLOTS)
