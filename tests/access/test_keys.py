"""API keys: shown once, kept as hashes, refused within two seconds of being revoked."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from ridealong.access.errors import KeyNotFound, KeyRefused
from ridealong.access.keys import ALL_KEYS, KeyRing
from ridealong.chassis.errors import SidecarUnavailable, StaleETag
from ridealong.contracts.gateway import NewKey, Scope
from tests.fakes import FakeSidecar

READER = NewKey(tenant="acme", scopes=frozenset({Scope.READ}), name="a reader")


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.s = 0.0

    def __call__(self) -> float:
        return self.s

    def now(self) -> datetime:
        return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=self.s)


def ring(sidecar: FakeSidecar, clock: Clock) -> KeyRing:
    """One replica's."""
    return KeyRing(sidecar, clock=clock, now=clock.now)


async def test_a_key_is_found_with_its_tenant_and_scopes() -> None:
    keys = ring(FakeSidecar(), Clock())
    card = await keys.find((await keys.mint(READER)).key)

    assert (card.tenant, card.scopes, card.name) == ("acme", frozenset({Scope.READ}), "a reader")


async def test_only_the_hash_is_kept() -> None:
    sidecar = FakeSidecar()
    minted = await ring(sidecar, Clock()).mint(READER)

    assert minted.key.encode() not in sidecar.state[ALL_KEYS].value
    assert minted.key.rpartition("_")[2].encode() not in sidecar.state[ALL_KEYS].value


async def test_two_keys_share_nothing() -> None:
    keys = ring(FakeSidecar(), Clock())
    one, other = await keys.mint(READER), await keys.mint(READER)

    assert one.key_id != other.key_id
    assert len(one.key) - len(one.key_id) - 5 == 43


@pytest.mark.parametrize(
    "change", [lambda k: k[:-1], lambda k: k[:-1] + "!", lambda k: k + "\n", lambda k: k.upper()]
)
async def test_a_key_that_is_almost_right_is_wrong(change: object) -> None:
    keys = ring(FakeSidecar(), Clock())
    minted = await keys.mint(READER)
    assert callable(change)

    with pytest.raises(KeyRefused):
        await keys.find(change(minted.key))


async def test_anothers_secret_under_this_id_is_refused() -> None:
    keys = ring(FakeSidecar(), Clock())
    one, other = await keys.mint(READER), await keys.mint(READER)

    with pytest.raises(KeyRefused):
        await keys.find(other.key.replace(other.key_id, one.key_id))


async def test_another_replica_refuses_a_revoked_key_within_two_seconds() -> None:
    sidecar, clock = FakeSidecar(), Clock()
    here, there = ring(sidecar, clock), ring(sidecar, clock)
    minted = await here.mint(READER)
    await there.find(minted.key)
    await here.revoke(minted.key_id)
    clock.s = 2.0

    with pytest.raises(KeyRefused):
        await there.find(minted.key)


async def test_the_replica_that_revokes_refuses_at_once() -> None:
    keys = ring(FakeSidecar(), Clock())
    minted = await keys.mint(READER)
    await keys.find(minted.key)
    await keys.revoke(minted.key_id)

    with pytest.raises(KeyRefused):
        await keys.find(minted.key)


async def test_under_load_nobody_waits_for_the_record() -> None:
    sidecar, clock = FakeSidecar(), Clock()
    keys = ring(sidecar, clock)
    minted = await keys.mint(READER)
    await keys.find(minted.key)
    before = len(sidecar.operations)
    for _ in range(100):
        await keys.find(minted.key)
    untouched = len(sidecar.operations)
    clock.s = 1.5
    await keys.find(minted.key)
    await asyncio.sleep(0)

    assert (untouched - before, len(sidecar.operations) - untouched) == (0, 1)


async def test_many_who_wait_share_one_reading() -> None:
    sidecar = FakeSidecar()
    keys = ring(sidecar, Clock())
    minted = await keys.mint(READER)
    before = len(sidecar.operations)
    await asyncio.gather(*(keys.find(minted.key) for _ in range(50)))

    assert len(sidecar.operations) - before == 1


async def test_a_key_is_not_trusted_for_longer_because_the_store_is_gone() -> None:
    sidecar, clock = FakeSidecar(), Clock()
    keys = ring(sidecar, clock)
    minted = await keys.mint(READER)
    await keys.find(minted.key)
    clock.s = 2.5
    sidecar.fail_at(1, SidecarUnavailable("the store is gone"))

    with pytest.raises(SidecarUnavailable):
        await keys.find(minted.key)
    assert (await keys.find(minted.key)).tenant == "acme"


async def test_a_key_ends_when_it_was_said_to() -> None:
    clock = Clock()
    keys = ring(FakeSidecar(), clock)
    ends = clock.now() + timedelta(seconds=10)
    minted = await keys.mint(READER.model_copy(update={"expires_at": ends}))
    await keys.find(minted.key)
    clock.s = 10

    with pytest.raises(KeyRefused):
        await keys.find(minted.key)


async def test_keys_made_at_the_same_moment_are_all_kept() -> None:
    sidecar, clock = FakeSidecar(), Clock()
    rings = [ring(sidecar, clock) for _ in range(4)]
    await asyncio.gather(*(keys.mint(READER) for keys in rings))

    assert len(await rings[0].cards(None)) == 4


async def test_a_change_that_somebody_always_outruns_is_given_up_and_said_so() -> None:
    class Outrun(FakeSidecar):
        async def save(self, *args: object, **more: object) -> None:
            raise StaleETag("somebody else wrote first")

    with pytest.raises(StaleETag, match="try again"):
        await ring(Outrun(), Clock()).mint(READER)


async def test_revoking_twice_keeps_the_first_time_and_a_stranger_is_not_found() -> None:
    clock = Clock()
    keys = ring(FakeSidecar(), clock)
    minted = await keys.mint(READER)
    first = await keys.revoke(minted.key_id)
    clock.s = 60
    second = await keys.revoke(minted.key_id)

    assert first.revoked_at == second.revoked_at
    with pytest.raises(KeyNotFound):
        await keys.revoke("000000000000")


async def test_one_tenants_keys_are_listed_alone() -> None:
    keys = ring(FakeSidecar(), Clock())
    await keys.mint(READER)
    await keys.mint(READER.model_copy(update={"tenant": "other"}))

    assert [card.tenant for card in await keys.cards("other")] == ["other"]
