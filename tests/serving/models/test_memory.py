"""The memory limit: who leaves, who stays, who comes back, and that nobody takes turns in vain."""

import asyncio
from pathlib import Path
from time import monotonic
from weakref import ref

import pytest

from ridealong.serving.errors import ModelEvicted, ModelNotReady, ModelUnusable, NoRoomForModel
from ridealong.serving.models.memory import MemoryLimit, Urgency
from ridealong.serving.models.opening import Opener
from ridealong.serving.models.plans import Plan
from ridealong.serving.models.runner import LoadedModel
from ridealong.serving.models.store import IndexEntry, ModelStore, State, Versions
from tests.serving.tiny_models import write_encoder, write_pipeline, write_scaler

BALLAST = 1 << 18


class CountingOpener(Opener):
    """Remembers what it was asked to prepare and to open."""

    def __init__(self, store: Path) -> None:
        super().__init__(store)
        self.prepared: list[str] = []
        self.opened: list[str] = []
        self.most_held = 0

    def prepare(self, folder: Path) -> Plan:
        self.prepared.append(folder.parent.name)
        return super().prepare(folder)

    def open(self, plan: Plan) -> LoadedModel:
        self.opened.append(plan.source.folder.parent.name)
        model = super().open(plan)
        self.most_held = max(self.most_held, sum(self.alive().values()))
        return model


class Shop:
    """A store with room for so many models of one size, and a clock that can be put forward."""

    def __init__(self, folder: Path, room: float, names: str = "abc", newest: int = 1) -> None:
        for number, name in enumerate(names, start=1):
            write_scaler(folder, number, name, BALLAST)
        self.folder = folder
        self.later_s = 0.0
        self.opener = CountingOpener(folder)
        one = sum(Opener(folder).prepare(folder / names[0] / "1").weights.values())
        self.limit = int(room * one)
        memory = MemoryLimit(self.limit, clock=lambda: monotonic() + self.later_s)
        self.store = ModelStore(folder, self.opener, memory=memory, policy=Versions(newest))

    def serving(self) -> str:
        index = self.store.index()
        return "".join(entry.name for entry in index if entry.state is State.READY)

    def use(self, name: str) -> None:
        model = self.store.find(name)
        model.enter()
        model.leave()

    def entry(self, name: str) -> IndexEntry:
        [entry] = [entry for entry in self.store.index() if entry.name == name]
        return entry


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Two of three have room; `a` and `b` came first."""
    shop = Shop(tmp_path, 2.5)
    shop.store.load_all()
    return shop


def test_at_the_start_models_come_while_there_is_room_and_none_is_loaded_in_vain(
    shop: Shop,
) -> None:
    assert shop.serving() == "ab"
    assert shop.opener.opened == ["a", "b"]
    assert "loads when asked" in shop.entry("c").reason
    with pytest.raises(ModelEvicted):
        shop.store.find("c")


def test_the_least_recently_used_makes_room(shop: Shop) -> None:
    shop.use("a")

    shop.store.load("c")

    assert shop.serving() == "ac"
    assert shop.entry("b").reason == "evicted; loads again when asked"
    with pytest.raises(ModelEvicted):
        shop.store.find("b")
    assert shop.store.versions("b") == ["2"]


def test_an_evicted_model_is_really_gone(shop: Shop) -> None:
    session = ref(vars(shop.store.find("a").runner)["_session"])
    before = sum(shop.opener.alive().values())

    shop.store.load("c")

    assert session() is None
    assert sum(shop.opener.alive().values()) == pytest.approx(before, rel=0.01)
    assert shop.opener.most_held <= shop.limit


def test_a_model_in_use_or_pinned_stays(tmp_path: Path) -> None:
    write_scaler(tmp_path, 9, "z", BALLAST, limits={"pinned": True})
    shop = Shop(tmp_path, 2.5, "ab")
    shop.store.load_all()
    loaded_first = shop.opener.opened[0]
    shop.store.find("a").enter()

    [tried] = shop.store.load("b")

    assert loaded_first == "z"
    assert "no room" in tried.reason
    assert shop.serving() == "az"
    shop.store.find("a").leave()
    shop.store.load("b")
    assert shop.serving() == "bz"


def test_nobody_leaves_in_vain(tmp_path: Path) -> None:
    shop = Shop(tmp_path, 2.5, "ab")
    write_scaler(tmp_path, 7, "big", 2 * BALLAST)
    shop.store.load_all()
    shop.store.find("b").enter()

    [tried] = shop.store.load("big")

    assert "no room" in tried.reason
    assert shop.serving() == "ab"


def test_a_model_that_exceeds_the_limit_alone_is_refused_with_both_sizes(shop: Shop) -> None:
    write_scaler(shop.folder, 7, "giant", 4 * BALLAST)

    shop.store.load("giant")

    assert shop.entry("giant").reason.startswith("it needs 1.1 MiB, more than the limit of 0.7 MiB")
    assert shop.serving() == "ab"


def test_what_is_shared_counts_once(tmp_path: Path) -> None:
    write_encoder(tmp_path)
    for name in ("first", "second"):
        write_pipeline(tmp_path, name)
    opener = Opener(tmp_path)
    versions = [tmp_path / name / "1" for name in ("first", "second", "tiny-encoder")]
    plans = [dict(opener.prepare(folder).weights) for folder in versions]
    whole = sum((plans[0] | plans[1] | plans[2]).values())
    store = ModelStore(tmp_path, opener, memory=MemoryLimit(whole))

    store.load_all()

    assert plans[0] == plans[1]
    assert all(entry.state is State.READY for entry in store.index())
    assert sum(opener.alive().values()) == whole


async def test_many_who_ask_for_an_evicted_model_cause_one_load(shop: Shop) -> None:
    shop.later_s = 3600
    asking = [asyncio.create_task(shop.store.reload("c")) for _ in range(50)]
    await asyncio.sleep(0)
    asking[0].cancel()

    models = await asyncio.gather(*asking[1:])

    assert {id(model) for model in models} == {id(shop.store.find("c"))}
    assert shop.opener.opened == ["a", "b", "c"]
    assert asking[0].cancelled()


async def test_two_models_that_take_turns_do_not_push_each_other_out(shop: Shop) -> None:
    """One of two stays; who asks for the other hears when to come again, and the disk is spared."""
    shop.use("a")
    shop.use("b")
    refused = []
    for _ in range(20):
        with pytest.raises(NoRoomForModel) as caught:
            await shop.store.reload("c")
        refused.append(caught.value)
        shop.use("a")
        shop.use("b")

    assert shop.opener.prepared.count("c") == 2
    assert shop.serving() == "ab"
    assert all(error.status == 503 and (error.retry_after_s or 0) >= 1 for error in refused)
    with pytest.raises(ModelEvicted):
        shop.store.find("c")


def test_a_model_idle_for_ten_times_its_load_makes_room_for_a_caller(shop: Shop) -> None:
    model = shop.store.find("a")
    model.load_s = 6.0
    shop.store.find("b").load_s = 600.0
    del model

    shop.later_s = 59
    with pytest.raises(NoRoomForModel):
        shop.store.bring_back("c")
    shop.later_s = 61
    shop.store.bring_back("c")

    assert shop.serving() == "bc"


async def test_an_evicted_model_that_is_damaged_meanwhile_says_why(shop: Shop) -> None:
    shop.later_s = 3600
    (shop.folder / "c" / "3" / "model.onnx").write_bytes(b"torn")

    with pytest.raises(ModelNotReady):
        await shop.store.reload("c")

    assert "the manifest says" in shop.entry("c").reason
    with pytest.raises(ModelNotReady) as caught:
        shop.store.find("c")
    assert not isinstance(caught.value, ModelEvicted)
    assert shop.serving() == "ab"


async def test_a_model_that_is_there_is_given_without_a_load(shop: Shop) -> None:
    assert await shop.store.reload("a") is shop.store.find("a")
    assert shop.opener.opened == ["a", "b"]


def test_an_older_version_never_answers_for_an_evicted_newest(tmp_path: Path) -> None:
    shop = Shop(tmp_path, 2.5, "ab", newest=2)
    write_scaler(tmp_path, 2, "a", BALLAST)
    write_scaler(tmp_path, 3, "a", BALLAST // 64)
    shop.store.load("a")
    shop.use("a")
    shop.store.find("a", "2").enter()

    shop.store.load("b", "2")
    shop.store.find("a", "2").leave()

    assert shop.store.find("a").version == "3"
    shop.store._shelf.evict(shop.store.find("a"))
    with pytest.raises(ModelEvicted):
        shop.store.find("a")
    assert shop.store.find("a", "2").version == "2"
    assert shop.store.bring_back("a").version == "3"


def test_a_new_version_without_room_beside_the_old_one_changes_nothing(tmp_path: Path) -> None:
    shop = Shop(tmp_path, 1.5, "a")
    shop.store.load_all()
    write_scaler(tmp_path, 2, "a", BALLAST)

    newest, old = shop.store.load("a")

    assert (newest.version, newest.state) == ("2", State.UNAVAILABLE)
    assert "no room" in newest.reason
    assert (old.version, old.state) == ("1", State.READY)
    assert shop.store.find("a").version == "1"


def test_an_unloaded_model_does_not_come_back_by_itself(shop: Shop) -> None:
    shop.store.unload("c")

    with pytest.raises(ModelNotReady, match="no version of c"):
        shop.store.bring_back("c")


def test_without_a_limit_nobody_leaves() -> None:
    assert MemoryLimit().choose_leaving({("x",): 1 << 60}, [], {}, Urgency.ORDER) == ()


def test_memory_of_models_that_only_finish_their_answers_counts() -> None:
    limit = MemoryLimit(100)

    assert limit.choose_leaving({("new",): 60}, [], {("ghost",): 40}, Urgency.ORDER) == []
    with pytest.raises(NoRoomForModel):
        limit.choose_leaving({("new",): 60}, [], {("ghost",): 41}, Urgency.ORDER)
    with pytest.raises(ModelUnusable):
        limit.choose_leaving({("new",): 101}, [], {}, Urgency.ORDER)
