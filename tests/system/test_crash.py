"""Kill -9 while 200 queued messages are under way: each gets one answer, none two."""

import time
from collections import Counter
from collections.abc import Iterator

import pytest
from deltalake import DeltaTable

from tests.system.caller import Caller
from tests.system.harness import System, eventually, running_system

MESSAGES = 200
PATIENCE_S = 90
# daprd 1.18.1 may book the end of one call on another (decision 0001): of the two dozen deliveries
# that a killed app breaks off, one may come back as an empty 200, and is acknowledged without an
# answer. Seen in one whole run of four. The message stays visible, as not answered.
SWALLOWED = {"aggregation": 1}


@pytest.fixture(scope="module")
def crashing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[System, Caller]]:
    with (
        running_system(tmp_path_factory.mktemp("crash")) as system,
        Caller.with_new_key(system) as caller,
    ):
        yield system, caller


def answers_in_the_lake(system: System) -> Counter[str]:
    table = system.local.places.var / "lake" / "messages_answered"
    found = DeltaTable(table).to_pyarrow_table(columns=["message_id"])
    return Counter(found.column("message_id").to_pylist())


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "victim",
    # A service, a sidecar, the broker, and the reader whose commit must not double.
    ["aggregation", "nlp-dapr", "broker", "analytics"],
)
def test_each_message_has_one_answer_after_a_kill(
    crashing: tuple[System, Caller], victim: str
) -> None:
    system, caller = crashing
    batch_id = caller.hand_in((f"Where is my order {10000 + n}?" for n in range(MESSAGES)), victim)
    eventually(lambda: caller.counts(batch_id).get("answered", 0) >= 10, within_s=60)

    system.kill(victim)

    def all_settled() -> bool:
        found = caller.counts(batch_id)
        return found.get("answered", 0) + found.get("failed", 0) == MESSAGES

    most_swallowed = SWALLOWED.get(victim, 0)
    try:
        eventually(all_settled, within_s=PATIENCE_S, pause_s=0.5)
    except AssertionError:
        if not most_swallowed:
            raise
    ids = caller.message_ids(batch_id)
    assert len(ids) == MESSAGES
    counts = caller.counts(batch_id)
    swallowed = MESSAGES - counts["answered"]
    assert swallowed <= most_swallowed
    assert "failed" not in counts
    assert_each_is_in_the_lake_once(system, ids, but=swallowed)


def assert_each_is_in_the_lake_once(system: System, ids: set[str], *, but: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        found = answers_in_the_lake(system)
        if sum(found[message_id] == 1 for message_id in ids) == len(ids) - but:
            return
        assert all(found[message_id] <= 1 for message_id in ids), "answered twice"
        missing = sum(found[message_id] == 0 for message_id in ids)
        assert time.monotonic() < deadline, f"{missing} answers never reached the lake"
        time.sleep(1)
