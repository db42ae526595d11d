"""Work after the reply: waited for, logged when it fails, ended when its time is up."""

import asyncio

import pytest

from ridealong.chassis.background import Background


async def test_work_that_was_begun_is_waited_for() -> None:
    done: list[int] = []

    async def work() -> None:
        await asyncio.sleep(0.01)
        done.append(1)

    async with Background() as background:
        background.start(work())

    assert done == [1]


async def test_a_failure_is_logged_by_its_name_only(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise ValueError("swordfish")

    async with Background() as background:
        background.start(fail())

    assert [record.__dict__["error"] for record in caplog.records] == ["ValueError"]
    assert "swordfish" not in str([vars(record) for record in caplog.records])


async def test_what_does_not_end_is_ended() -> None:
    ended = asyncio.Event()

    async def hang() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.set()

    async with asyncio.timeout(5):
        async with Background(shutdown_s=0.01) as background:
            background.start(hang())
        await ended.wait()
