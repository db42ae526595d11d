"""What becomes of a tenant's examples, between replicas, crashes and other tenants."""

import asyncio
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ridealong.chassis.errors import CallFailed, SidecarUnavailable
from ridealong.contracts.own_intents import HeadState
from ridealong.own_intents.errors import EncoderChanged, ExamplesRefused, IntentNotFound
from ridealong.own_intents.stock import read_stock
from tests.own_intents.sayings import (
    AIRLINE,
    ALL,
    ENCODERS,
    ENGLISH,
    GYM,
    Office,
    one,
    vector,
    wish,
)


async def labels_in_use(office: Office, tenant: str = "acme") -> tuple[str, ...]:
    found = await office.shelf.find(tenant, ENCODERS)
    return found[1].labels if found else ()


async def test_five_examples_an_intent_make_a_head_that_answers() -> None:
    office = Office()

    taught = await office.desk.teach(wish(AIRLINE))

    assert taught.state is HeadState.ACTIVE
    assert (taught.revision, taught.active_revision, taught.added) == (1, 1, 20)
    assert taught.figures
    assert taught.figures.accuracy >= taught.floor
    assert {intent.label for intent in taught.intents} == set(AIRLINE)
    assert await labels_in_use(office) == tuple(sorted(AIRLINE))


async def test_the_same_examples_again_change_nothing() -> None:
    office = Office()
    first = await office.desk.teach(wish(AIRLINE))
    state = dict(office.sidecar.state)

    again = await office.desk.teach(wish(AIRLINE))

    assert (again.added, again.repeated, again.revision) == (0, 20, first.revision)
    assert office.sidecar.state == state


async def test_only_new_texts_are_read_by_the_encoders() -> None:
    office = Office()
    await office.desk.teach(wish(AIRLINE))
    office.encoder.texts_read.clear()

    await office.desk.teach(one("Is a hamster welcome on board?", "pets_on_board"))

    assert "Is a hamster welcome on board?" in office.encoder.texts_read
    assert AIRLINE["luggage"][0] not in office.encoder.texts_read


async def test_kept_vectors_are_those_of_their_texts() -> None:
    office = Office()
    await office.desk.teach(wish(AIRLINE))
    await office.desk.teach(one("Is a hamster welcome on board?", "pets_on_board"))
    await office.desk.remove("acme", "luggage")

    record, _ = await office.book.read("acme")

    stock = await read_stock(office.book, "acme", record)
    for row, example in enumerate(stock.examples):
        assert stock.vectors.english[row] == pytest.approx(
            vector(ENGLISH, "1", example.text), abs=2e-3
        )
        assert stock.vectors.multilingual[row] == pytest.approx(
            vector(ALL, "1", example.text), abs=2e-3
        )


async def test_personal_data_in_examples_is_masked_before_anything_is_kept() -> None:
    office = Office()

    await office.desk.teach(one("I am Jane Miller, where is my dog?", "pets_on_board"))

    kept = b"".join(stored.value for stored in office.sidecar.state.values())
    assert b"Jane Miller" not in kept
    assert b"[PERSON_1]" in kept
    assert not any("Jane" in text for text in office.encoder.texts_read)


async def test_one_intent_alone_is_kept_and_waits() -> None:
    office = Office()

    taught = await office.desk.teach(wish({"luggage": AIRLINE["luggage"]}))

    assert taught.state is HeadState.TOO_FEW_INTENTS
    assert taught.active_revision is None
    assert not await office.shelf.is_active("acme")
    both = await office.desk.teach(wish({"vouchers": AIRLINE["vouchers"]}))
    assert both.state is HeadState.ACTIVE


async def test_an_intent_with_one_example_waits_beside_a_head_that_answers() -> None:
    office = Office()
    await office.desk.teach(wish(AIRLINE))

    taught = await office.desk.teach(one("Is there a vegan meal?", "meals"))

    meals = next(intent for intent in taught.intents if intent.label == "meals")
    assert (meals.examples, meals.recall) == (1, None)
    assert "meals" not in await labels_in_use(office)


async def test_a_head_below_the_floor_does_not_answer_unless_it_is_forced() -> None:
    office = Office(floor=1.0)
    mixed = {
        "a": AIRLINE["luggage"][:3] + AIRLINE["vouchers"][3:6],
        "b": AIRLINE["luggage"][3:6] + AIRLINE["vouchers"][:3],
    }

    taught = await office.desk.teach(wish(mixed, most=6))

    assert taught.state is HeadState.BELOW_FLOOR
    assert not await office.shelf.is_active("acme")
    forced = await office.desk.teach(wish(mixed, most=6, force=True))
    assert (forced.state, forced.added) == (HeadState.FORCED, 0)
    assert await labels_in_use(office) == ("a", "b")


async def test_a_removed_intent_is_answered_no_more_and_the_last_takes_the_head_along() -> None:
    office = Office()
    await office.desk.teach(wish(AIRLINE))

    await office.desk.remove("acme", "luggage")

    assert await labels_in_use(office) == ("pets_on_board", "seat_choice", "vouchers")
    for label in ("pets_on_board", "seat_choice", "vouchers"):
        left = await office.desk.remove("acme", label)
    assert left.intents == ()
    assert not await office.shelf.is_active("acme")
    assert len(office.sidecar.state) == 1


async def test_an_intent_that_is_not_there_cannot_be_removed() -> None:
    office = Office()
    await office.desk.teach(wish(AIRLINE))

    with pytest.raises(IntentNotFound):
        await office.desk.remove("acme", "parking")
    with pytest.raises(IntentNotFound):
        await office.desk.remove("other", "luggage")


async def test_replacing_leaves_nothing_of_the_examples_before() -> None:
    office = Office()
    await office.desk.teach(wish(AIRLINE))

    await office.desk.teach(wish(GYM, replace=True))

    kept = b"".join(stored.value for stored in office.sidecar.state.values())
    assert b"suitcase" not in kept
    assert await labels_in_use(office) == ("classes", "pause")


async def test_a_contradiction_changes_nothing() -> None:
    office = Office()
    await office.desk.teach(wish(AIRLINE))
    state = dict(office.sidecar.state)

    with pytest.raises(ExamplesRefused):
        await office.desk.teach(one(AIRLINE["luggage"][0], "vouchers"))

    assert office.sidecar.state == state


async def test_two_replicas_that_teach_at_once_lose_nothing() -> None:
    first = Office()
    second = Office(first.sidecar)

    await asyncio.gather(first.desk.teach(wish(AIRLINE)), second.desk.teach(wish(GYM)))

    shown = await first.desk.show("acme")
    assert {intent.label for intent in shown.intents} == {*AIRLINE, *GYM}
    record, _ = await first.book.read("acme")
    assert len(first.sidecar.state) == 1 + len(record.parts())


async def test_another_replica_sees_a_new_head_within_its_seconds() -> None:
    first = Office()
    second = Office(first.sidecar)
    await first.desk.teach(wish(AIRLINE))
    assert "luggage" in await labels_in_use(second)

    await first.desk.teach(wish(GYM, replace=True))

    assert "pause" in await labels_in_use(first)
    second.now = 1.9
    assert "luggage" in await labels_in_use(second)
    second.now = 2.1
    assert "pause" in await labels_in_use(second)


async def test_heads_go_on_answering_while_the_store_is_away() -> None:
    office = Office()
    await office.desk.teach(wish(AIRLINE))
    assert await office.shelf.is_active("acme")
    office.now = 10
    office.sidecar.fail_at(1, SidecarUnavailable("away"))

    assert "luggage" in await labels_in_use(office)


@pytest.mark.parametrize("step", range(1, 7))
async def test_a_crash_leaves_the_head_before_or_the_new_one_whole(step: int) -> None:
    office = Office()
    await office.desk.teach(wish(AIRLINE))
    office.sidecar.fail_at(step, CallFailed("died"))

    with pytest.raises(CallFailed):
        await office.desk.remove("acme", "luggage")

    survivor = Office(office.sidecar)
    labels = await labels_in_use(survivor)
    assert labels in (
        tuple(sorted(AIRLINE)),
        ("pets_on_board", "seat_choice", "vouchers"),
    )
    shown = await survivor.desk.show("acme")
    assert set(labels) <= {intent.label for intent in shown.intents}
    await survivor.desk.teach(one("Is a parrot welcome on board?", "pets_on_board"))


async def test_a_replaced_encoder_reads_all_examples_anew() -> None:
    office = Office()
    await office.desk.teach(wish(AIRLINE))
    office.encoder.versions[ENGLISH] = "2"
    assert await office.shelf.find("acme", {ENGLISH: "2", ALL: "1"}) is None

    await office.desk.refresh("acme")

    newer = await office.shelf.find("acme", {ENGLISH: "2", ALL: "1"})
    older = await office.shelf.find("acme", {ENGLISH: "1", ALL: "1"})
    assert newer
    assert older
    assert newer[0].revision == older[0].revision == 1
    assert await office.shelf.find("acme", {ALL: "1"})


async def test_an_encoder_that_is_replaced_under_way_is_noticed() -> None:
    office = Office()
    calls = 0
    embed = office.encoder.embed

    async def change(model: str, texts: list[str], tenant: str) -> object:
        nonlocal calls
        calls += 1
        office.encoder.versions[model] = str(calls)
        return await embed(model, texts, tenant)

    office.encoder.embed = change  # type: ignore[assignment,method-assign]
    many = {label: [f"{label} says {n} things" for n in range(40)] for label in ("aa", "bb")}
    with pytest.raises(EncoderChanged):
        await office.desk.teach(wish(many, most=40))

    assert office.sidecar.state == {}


async def test_without_preprocessing_nothing_is_kept() -> None:
    office = Office()
    office.sidecar.answer("preprocessing", "/prepare", lambda _: _fail())
    office.sidecar.answer("preprocessing", "/prepare/batch", lambda _: _fail())

    with pytest.raises(CallFailed):
        await office.desk.teach(wish(AIRLINE))

    assert office.sidecar.state == {}


def _fail() -> dict[str, object]:
    raise CallFailed("preprocessing did not answer")


TENANTS = st.lists(
    st.tuples(st.sampled_from(["acme", "acme-1", "a", "b"]), st.sampled_from([0, 1, 2])),
    min_size=1,
    max_size=5,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TENANTS)
def test_tenants_never_see_each_others_examples(changes: list[tuple[str, int]]) -> None:
    async def run() -> None:
        office = Office(floor=0)
        own: dict[str, set[str]] = {}
        for tenant, turn in changes:
            company = (AIRLINE, GYM, {})[turn]
            marked = {
                f"{tenant}.{label}": [f"{text} {tenant}" for text in texts[:3]]
                for label, texts in company.items()
            }
            if marked:
                await office.desk.teach(wish(marked, tenant, replace=True))
                own[tenant] = set(marked)
        for tenant in ("acme", "acme-1", "a", "b"):
            shown = await office.desk.show(tenant)
            assert {intent.label for intent in shown.intents} == own.get(tenant, set())
            assert set(await labels_in_use(office, tenant)) <= own.get(tenant, set())
        for key, stored in office.sidecar.state.items():
            owner = key.partition(":")[0]
            for text in json.loads(stored.value).get("examples", []):
                if isinstance(text, dict):
                    assert text["text"].endswith(f" {owner}")

    asyncio.run(run())
