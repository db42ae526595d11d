"""The fake and the real sidecar client keep the same promises: one suite, run against both."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest

from ridealong.chassis.calls import fetch
from ridealong.chassis.dapr_sidecar import open_sidecar
from ridealong.chassis.errors import CallFailed, SecretMissing, StaleETag
from ridealong.chassis.settings import RuntimeSettings
from ridealong.chassis.sidecar import Sidecar, Stored, state_key
from ridealong.contracts.contract import Contract
from tests.fakes import FakeSidecar
from tests.system.harness import System, running_system


@pytest.fixture(scope="module", params=["fake", "redis", "sqlite"])
def system(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[System | None]:
    if request.param == "fake":
        yield None
        return
    folder = tmp_path_factory.mktemp("sidecar")
    with running_system(folder, ["aggregation"], state=request.param) as running:
        yield running


@pytest.fixture
async def sidecar(system: System | None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sidecar]:
    if system is None:
        yield FakeSidecar()
        return
    service = system.local.topology.service("aggregation")
    monkeypatch.setenv("DAPR_HTTP_PORT", str(service.dapr_http_port))
    monkeypatch.setenv("DAPR_GRPC_PORT", str(service.dapr_grpc_port))
    async with open_sidecar(RuntimeSettings()) as real:
        yield real


@pytest.fixture
def key() -> str:
    return state_key("demo", "thing", f"{uuid4()}/with:odd||characters")


async def test_what_is_saved_can_be_loaded(sidecar: Sidecar, key: str) -> None:
    await sidecar.save(key, b'{"a":1}', etag=None)

    stored = await sidecar.load(key)
    assert stored is not None
    assert stored.value == b'{"a":1}'
    assert stored.etag


async def test_what_was_never_saved_is_none(sidecar: Sidecar, key: str) -> None:
    assert await sidecar.load(key) is None


async def test_of_two_creators_the_second_is_stale(sidecar: Sidecar, key: str) -> None:
    await sidecar.save(key, b"1", etag=None)

    with pytest.raises(StaleETag):
        await sidecar.save(key, b"2", etag=None)


async def test_a_write_with_the_present_etag_replaces(sidecar: Sidecar, key: str) -> None:
    await sidecar.save(key, b"1", etag=None)
    first = await loaded(sidecar, key)
    await sidecar.save(key, b"2", etag=first.etag)

    assert (await loaded(sidecar, key)).value == b"2"


async def test_a_write_with_an_old_etag_is_stale(sidecar: Sidecar, key: str) -> None:
    await sidecar.save(key, b"1", etag=None)
    first = await loaded(sidecar, key)
    await sidecar.save(key, b"2", etag=first.etag)

    with pytest.raises(StaleETag):
        await sidecar.save(key, b"3", etag=first.etag)


async def test_of_many_creators_at_once_exactly_one_wins(sidecar: Sidecar, key: str) -> None:
    outcomes = await asyncio.gather(
        *(sidecar.save(key, b"%d" % n, etag=None) for n in range(10)), return_exceptions=True
    )

    assert sum(outcome is None for outcome in outcomes) == 1
    assert all(outcome is None or isinstance(outcome, StaleETag) for outcome in outcomes)


async def test_what_is_deleted_is_gone_and_can_be_created_again(sidecar: Sidecar, key: str) -> None:
    await sidecar.save(key, b"1", etag=None)
    await sidecar.delete(key)
    await sidecar.delete(key)
    await sidecar.save(key, b"2", etag=None)

    assert (await loaded(sidecar, key)).value == b"2"


async def test_deleting_with_an_old_etag_is_stale(sidecar: Sidecar, key: str) -> None:
    await sidecar.save(key, b"1", etag=None)
    first = await loaded(sidecar, key)
    await sidecar.save(key, b"2", etag=first.etag)

    with pytest.raises(StaleETag):
        await sidecar.delete(key, etag=first.etag)


async def test_a_key_with_a_time_to_live_can_be_created_again_after_it(
    sidecar: Sidecar, key: str
) -> None:
    # SQLite counts whole seconds: one second may be over at once.
    await sidecar.save(key, b"1", etag=None, ttl_s=3)
    with pytest.raises(StaleETag):
        await sidecar.save(key, b"2", etag=None, ttl_s=3)
    await asyncio.sleep(4.1)

    await sidecar.save(key, b"3", etag=None, ttl_s=60)
    assert (await loaded(sidecar, key)).value == b"3"


async def test_an_unknown_secret_is_missing(sidecar: Sidecar) -> None:
    with pytest.raises(SecretMissing, match="no-such-secret"):
        await sidecar.secret("no-such-secret")


async def test_a_service_that_is_not_there_does_not_answer(sidecar: Sidecar) -> None:
    with pytest.raises(CallFailed, match="nobody"):
        await fetch(sidecar, "nobody", "/x", Contract)


async def test_a_living_sidecar_is_reachable(sidecar: Sidecar) -> None:
    assert await sidecar.is_reachable()


async def loaded(sidecar: Sidecar, key: str) -> Stored:
    stored = await sidecar.load(key)
    assert stored is not None
    return stored
