"""Rollouts are kept, shared and followed, whatever fails meanwhile."""

import logging
from datetime import timedelta

import pytest

from ridealong.chassis.errors import SidecarUnavailable, StaleETag
from ridealong.serving.errors import ModelNotFound
from ridealong.serving.rollout.choice import Rollout
from ridealong.serving.rollout.errors import (
    NothingToRollBackTo,
    PromotionFromTheFuture,
    VersionNotServing,
    VersionUnknown,
)
from ridealong.serving.rollout.holding import LOOKS_BETWEEN_LOADS
from tests.serving.rollout.desks import NOON, MemoryShelf, Replica

DOWN = SidecarUnavailable("could not read state")


async def test_a_promotion_answers_from_the_next_request_on_and_so_does_its_rollback() -> None:
    replica = Replica(MemoryShelf())

    await replica.desk.promote("m", "2")
    promoted = replica.answering()
    await replica.desk.roll_back("m")

    assert (promoted, replica.answering()) == ("2", "1")


async def test_a_canary_is_loaded_before_anybody_is_sent_to_it() -> None:
    replica = Replica(MemoryShelf())

    await replica.desk.arrange("m", {"canary": "2", "weight": 1.0})

    assert replica.versions.ensured == ["1", "2"]
    assert replica.answering() == "2"


async def test_all_is_as_before_after_a_restart() -> None:
    shelf = MemoryShelf()
    await Replica(shelf).desk.arrange("m", {"canary": "2", "weight": 1.0, "shadow": "3"})
    restarted = Replica(shelf)

    await restarted.desk.refresh()

    assert restarted.rollouts.find("m") == shelf.rollouts["m"]
    assert restarted.answering() == "2"
    assert set(restarted.versions.loaded) == {"1", "2", "3"}


async def test_two_replicas_agree_after_one_look() -> None:
    shelf = MemoryShelf()
    one, two = Replica(shelf), Replica(shelf)

    await one.desk.promote("m", "2")
    await two.desk.refresh()
    promoted = two.answering()
    await two.desk.roll_back("m")
    await one.desk.refresh()

    assert (promoted, one.answering(), two.answering()) == ("2", "1", "1")


async def test_a_write_of_somebody_else_is_kept_and_ours_comes_on_top() -> None:
    shelf = MemoryShelf()
    shelf.rivals = [Rollout("m", stable="1", canary="2", weight=0.1, revision=1), Rollout("other")]
    replica = Replica(shelf)

    changed = await replica.desk.arrange("m", {"shadow": "3"})

    assert (changed.canary, changed.shadow, changed.revision) == ("2", "3", 2)
    assert shelf.rollouts == {"other": Rollout("other"), "m": changed}


async def test_whoever_always_comes_second_is_told_to_try_again() -> None:
    shelf = MemoryShelf()
    shelf.rivals = [Rollout("other", revision=number) for number in range(20)]
    replica = Replica(shelf)

    with pytest.raises(StaleETag):
        await replica.desk.promote("m", "2")

    assert replica.answering() is None


async def test_what_cannot_be_kept_is_refused_and_changes_nothing() -> None:
    shelf = MemoryShelf()
    replica = Replica(shelf)
    shelf.error = DOWN

    with pytest.raises(SidecarUnavailable):
        await replica.desk.promote("m", "2")

    assert replica.answering() is None


async def test_what_cannot_be_read_stays_as_last_known_and_is_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    shelf = MemoryShelf()
    replica = Replica(shelf)
    await replica.desk.promote("m", "2")
    shelf.error = DOWN

    for _ in range(3):
        await replica.desk.refresh()

    assert replica.answering() == "2"
    assert [r.message for r in caplog.records if r.levelno == logging.WARNING] == [
        "rollouts cannot be read; the last known stay in force"
    ]


@pytest.mark.parametrize(("version", "refusal"), [("9", VersionUnknown), ("3", VersionNotServing)])
async def test_a_version_that_cannot_serve_is_not_promoted(
    version: str, refusal: type[Exception]
) -> None:
    shelf = MemoryShelf()
    replica = Replica(shelf)
    replica.versions.broken = {"3"}

    with pytest.raises(refusal):
        await replica.desk.promote("m", version)

    assert (shelf.rollouts, replica.answering()) == ({}, None)


async def test_a_canary_that_broke_since_is_not_promoted_but_can_be_ended() -> None:
    replica = Replica(MemoryShelf())
    await replica.desk.arrange("m", {"canary": "2", "weight": 0.5})
    replica.versions.loaded, replica.versions.broken = ["1"], {"2"}

    with pytest.raises(VersionNotServing):
        await replica.desk.promote("m")
    ended = await replica.desk.roll_back("m")

    assert (ended.stable, ended.canary) == ("1", None)


async def test_an_unknown_model_has_no_rollout() -> None:
    replica = Replica(MemoryShelf())

    with pytest.raises(ModelNotFound):
        await replica.desk.promote("customer words", "1")


async def test_a_model_that_is_gone_can_still_be_cleared() -> None:
    shelf = MemoryShelf()
    shelf.rollouts["gone"] = Rollout("gone", stable="1", revision=4)
    replica = Replica(shelf)

    cleared = await replica.desk.clear("gone")

    assert cleared.is_idle


async def test_clearing_has_the_policy_choose_again_in_every_replica() -> None:
    shelf = MemoryShelf()
    one, two = Replica(shelf), Replica(shelf)
    await one.desk.promote("m", "2")
    await two.desk.refresh()

    await one.desk.clear("m")
    await two.desk.refresh()

    assert (one.answering(), two.answering()) == (None, None)
    assert (one.versions.read_anew, two.versions.read_anew) == (["m"], ["m"])


async def test_only_what_a_rollout_names_and_the_policy_chose_stays_in_memory() -> None:
    shelf = MemoryShelf()
    one, two = Replica(shelf), Replica(shelf)

    for version in ("2", "3", "4"):
        await one.desk.promote("m", version)
        await two.desk.refresh()
    promoted = [set(replica.versions.loaded) for replica in (one, two)]
    await one.desk.clear("m")
    await two.desk.refresh()

    assert promoted == [{"1", "3", "4"}] * 2
    assert (one.versions.loaded, two.versions.loaded) == (["1"], ["1"])


async def test_what_a_refused_change_loaded_does_not_stay() -> None:
    replica = Replica(MemoryShelf())
    replica.versions.broken = {"3"}

    with pytest.raises(VersionNotServing):
        await replica.desk.arrange("m", {"canary": "2", "weight": 0.5, "shadow": "3"})

    assert replica.versions.loaded == ["1"]


async def test_what_one_change_loads_is_not_let_go_by_another() -> None:
    """The other ends first; the one meets its writing, and comes on top without a second load."""
    replica = Replica(MemoryShelf())
    load, loaded_between = replica.versions.ensure, list[str]()

    async def ensure_while_somebody_promotes(name: str, version: str) -> None:
        await load(name, version)
        if version == "2":
            replica.versions.ensure = load  # type: ignore[method-assign]
            await replica.desk.promote("m", "4")
            loaded_between.extend(replica.versions.loaded)

    replica.versions.ensure = ensure_while_somebody_promotes  # type: ignore[method-assign]
    await replica.desk.arrange("m", {"canary": "2", "weight": 1.0})

    assert loaded_between == ["1", "2", "4"]
    assert replica.answering() == "2"


async def test_nothing_to_return_to_is_refused() -> None:
    with pytest.raises(NothingToRollBackTo):
        await Replica(MemoryShelf()).desk.roll_back("m")


async def test_a_replica_that_cannot_load_a_promoted_version_goes_on_as_before() -> None:
    shelf = MemoryShelf()
    one, two = Replica(shelf), Replica(shelf)
    await two.desk.refresh()
    two.versions.broken = {"2"}
    await one.desk.promote("m", "2")

    await two.desk.refresh()
    before = two.answering()
    two.versions.broken = set()
    for _ in range(LOOKS_BETWEEN_LOADS + 1):
        await two.desk.refresh()

    assert (before, two.answering()) == (None, "2")
    assert two.versions.ensured.count("2") == 2


async def test_at_the_start_a_broken_stable_version_is_not_replaced_by_another() -> None:
    shelf = MemoryShelf()
    shelf.rollouts["m"] = Rollout("m", stable="1", revision=5)
    replica = Replica(shelf, "2")
    replica.versions.broken = {"1"}

    await replica.desk.refresh()

    assert replica.answering() == "1"


async def test_a_version_that_went_missing_is_loaded_again() -> None:
    replica = Replica(MemoryShelf())
    await replica.desk.arrange("m", {"canary": "2", "weight": 1.0})
    replica.versions.loaded = ["1"]

    await replica.desk.refresh()

    assert replica.versions.loaded == ["1", "2"]
    assert replica.answering() == "2"


async def test_what_was_read_before_a_change_of_our_own_does_not_undo_it() -> None:
    shelf = MemoryShelf()
    replica = Replica(shelf)
    await replica.desk.promote("m", "2")
    shelf.rollouts["m"] = Rollout("m", stable="3", revision=9)
    load = replica.versions.ensure

    async def ensure_while_somebody_rolls_back(name: str, version: str) -> None:
        replica.versions.ensure = load  # type: ignore[method-assign]
        await replica.desk.promote("m", "4")

    replica.versions.ensure = ensure_while_somebody_rolls_back  # type: ignore[method-assign]
    await replica.desk.refresh()

    assert replica.answering() == "4"


async def test_a_promotion_that_is_heard_is_applied_once() -> None:
    shelf = MemoryShelf()
    replica = Replica(shelf)

    await replica.hear("2", minute=-5)
    await replica.hear("2", minute=-5)

    assert (replica.answering(), shelf.writes) == ("2", 1)
    assert shelf.rollouts["m"].decided_by == "run-1"


async def test_an_older_promotion_never_undoes_a_newer_one() -> None:
    replica = Replica(MemoryShelf())

    await replica.hear("3", minute=-1)
    await replica.hear("2", minute=-2)

    assert replica.answering() == "3"


@pytest.mark.parametrize("change", ["roll_back", "clear"])
async def test_a_late_promotion_does_not_undo_what_a_person_decided_since(change: str) -> None:
    replica = Replica(MemoryShelf())
    await replica.desk.arrange("m", {"canary": "2", "weight": 0.5})
    await getattr(replica.desk, change)("m")
    before = replica.answering()

    await replica.hear("2", minute=-1)

    assert replica.answering() == before != "2"


async def test_starting_a_canary_does_not_outrank_a_promotion_on_its_way() -> None:
    replica = Replica(MemoryShelf())
    await replica.desk.arrange("m", {"canary": "3", "weight": 0.0})

    await replica.hear("2", minute=-1)

    assert replica.answering() == "2"


async def test_an_older_promotion_of_a_version_that_is_gone_is_passed_over() -> None:
    replica = Replica(MemoryShelf())
    await replica.hear("2", minute=-1)

    unchanged = await replica.hear("9", minute=-2)

    assert unchanged.stable == "2"


async def test_a_promotion_from_the_future_is_refused() -> None:
    replica = Replica(MemoryShelf())

    with pytest.raises(PromotionFromTheFuture):
        await replica.hear("2", minute=10)
    await replica.hear("2", minute=4)
    replica.now = NOON + timedelta(minutes=5)
    await replica.hear("3", minute=5)

    assert replica.answering() == "3"
