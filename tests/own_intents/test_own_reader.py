"""A tenant's head beside the models' packs, as `nlp` reads a message."""

from collections.abc import Coroutine
from typing import Any

import pytest

from ridealong.chassis.background import Background
from ridealong.contracts.nlp import AnalyseText, Analysis
from ridealong.contracts.own_intents import HeadState
from ridealong.contracts.preprocessing import TextFeatures
from ridealong.own_intents.own_reader import OwnReader
from ridealong.own_intents.refreshing import Refresher
from services.nlp.analyse import Rules, analyse_text
from tests.own_intents.sayings import AIRLINE, ALL, ENGLISH, GYM, PACKS, Office, WordEncoder, wish

MESSAGE_ID = "01890000-0000-7000-8000-000000000000"


class Later(Background):
    """Work that the test does when it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.work: list[Coroutine[Any, Any, None]] = []

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        self.work.append(work)


class Desk:
    """A reader with its head, and `nlp`'s verb on it."""

    def __init__(self, office: Office | None = None) -> None:
        self.office = office or Office()
        self.models = WordEncoder()
        self.later = Later()
        refresher = Refresher(self.office.desk, self.later, clock=lambda: self.office.now)
        self.reader = OwnReader(self.models, self.office.shelf, refresher, ALL)

    def replace_encoder(self, version: str) -> None:
        """Another version of the English one reads from now on."""
        for encoder in (self.models, self.office.encoder):
            encoder.versions[ENGLISH] = version

    async def analyse(self, text: str, *, tenant: str = "acme", language: str = "en") -> Analysis:
        features = TextFeatures(
            characters=len(text),
            words=len(text.split()),
            sentences=1,
            exclamation_marks=0,
            question_marks=0,
            upper_case_share=0,
            digits=0,
            urls=0,
            emoji=0,
        )
        rules = Rules(
            packs=await self.reader.with_own(tenant, PACKS),
            english_model=ENGLISH,
            multilingual_model=ALL,
            top_intents=10,
            reject_above=0.5,
            error_rate=0.1,
        )
        asked = AnalyseText(
            tenant=tenant, message_id=MESSAGE_ID, text=text, language=language, features=features
        )
        return await analyse_text(asked, rules, self.reader)


@pytest.mark.parametrize(("language", "model"), [("en", ENGLISH), ("de", ALL)])
async def test_a_tenants_own_intent_comes_first_and_is_not_rejected(
    language: str, model: str
) -> None:
    desk = Desk()
    await desk.office.desk.teach(wish(AIRLINE))

    analysis = await desk.analyse("May my small dog fly with me in the cabin?", language=language)

    assert analysis.intents[0].name == "own.pets_on_board"
    assert not analysis.is_rejected
    assert "own.pets_on_board" in analysis.candidates
    assert analysis.label_set == "packs-1+own-1"
    assert desk.models.asked == [(model, PACKS)]
    assert sum(each.probability for each in analysis.intents) <= 1


async def test_another_tenant_gets_none_of_it() -> None:
    desk = Desk()
    await desk.office.desk.teach(wish(AIRLINE))

    analysis = await desk.analyse("May my small dog fly with me in the cabin?", tenant="other")

    assert {each.name.partition(".")[0] for each in analysis.intents} == {"commerce"}
    assert analysis.is_rejected
    assert analysis.label_set == "packs-1"


async def test_what_no_own_intent_means_is_left_to_the_packs() -> None:
    desk = Desk()
    await desk.office.desk.teach(wish(AIRLINE))

    analysis = await desk.analyse("Zebras graze behind distant mountains quietly")

    assert analysis.intents[0].name == "commerce.track_order"
    assert analysis.reject_score > 0.4


LUGGAGE_REFUND = {
    "luggage_refund": [
        "I paid for luggage that stayed behind, I want a refund",
        "Refund the fee for my suitcase",
        "Do I get a refund for hand luggage?",
        "Please refund the second bag",
        "A refund for my lost suitcase",
    ]
}


@pytest.mark.parametrize("language", ["en", "de"])
async def test_what_a_pack_is_sure_of_stays_with_it_where_no_example_shows_it(
    language: str,
) -> None:
    desk = Desk()
    await desk.office.desk.teach(wish(AIRLINE))

    near = await desk.analyse("Refund my hand luggage", language=language)

    assert near.intents[0].name == "commerce.get_refund"
    assert any(intent.name == "own.luggage" for intent in near.intents)


@pytest.mark.parametrize("language", ["en", "de"])
async def test_what_a_pack_is_sure_of_is_the_tenants_own_where_its_examples_show_the_same(
    language: str,
) -> None:
    desk = Desk()
    await desk.office.desk.teach(wish(AIRLINE | LUGGAGE_REFUND))

    own = await desk.analyse("Refund my hand luggage", language=language)

    assert own.intents[0].name == "own.luggage_refund"
    assert own.intents[0].probability > 0.5


async def test_vectors_of_a_replaced_encoder_are_not_shown_to_the_head() -> None:
    desk = Desk()
    await desk.office.desk.teach(wish(AIRLINE))
    desk.replace_encoder("2")

    before = await desk.analyse("May my dog fly with me?")
    await desk.analyse("May my cat fly with me?")

    assert before.intents[0].name == "commerce.track_order"
    assert len(desk.later.work) == 1
    await desk.later.work[0]
    after = await desk.analyse("May my dog fly with me?")
    assert after.intents[0].name == "own.pets_on_board"


async def test_a_head_that_was_forced_answers_with_the_next_encoder_too() -> None:
    desk = Desk(Office(floor=1.0))
    await desk.office.desk.teach(wish(AIRLINE, force=True))
    desk.replace_encoder("2")

    await desk.analyse("May my dog fly with me?")
    await desk.later.work.pop()

    after = await desk.analyse("May my dog fly with me?")
    assert after.intents[0].name == "own.pets_on_board"
    shown = await desk.office.desk.show("acme")
    assert (shown.state, shown.active_revision) == (HeadState.FORCED, 1)


async def test_force_is_for_the_examples_that_it_came_with() -> None:
    desk = Desk(Office(floor=1.0))
    await desk.office.desk.teach(wish(AIRLINE, force=True))

    taught = await desk.office.desk.teach(wish(GYM))

    assert (taught.state, taught.active_revision) == (HeadState.BELOW_FLOOR, 1)


async def test_a_head_that_is_too_weak_with_the_encoders_in_use_is_not_fitted_again() -> None:
    desk = Desk(Office(floor=1.0))
    await Office(desk.office.sidecar, floor=0).desk.teach(wish(AIRLINE))
    desk.replace_encoder("2")
    await desk.analyse("May my dog fly with me?")
    await desk.later.work.pop()
    shown = await desk.office.desk.show("acme")
    desk.office.now += 3_600

    await desk.analyse("May my dog fly with me?")

    assert desk.later.work == []
    assert (shown.state, shown.active_revision) == (HeadState.BELOW_FLOOR, None)
    assert await desk.office.desk.show("acme") == shown


async def test_a_head_for_the_encoders_in_use_is_not_fitted_twice() -> None:
    office = Office()
    await office.desk.teach(wish(AIRLINE))
    state = dict(office.sidecar.state)

    await office.desk.refresh("acme")

    assert office.sidecar.state == state


async def test_examples_that_are_taught_again_are_fitted_for_the_encoders_in_use() -> None:
    desk = Desk()
    await desk.office.desk.teach(wish(AIRLINE))
    desk.replace_encoder("2")

    again = await desk.office.desk.teach(wish(AIRLINE))

    assert (again.added, again.revision, again.encoders[ENGLISH]) == (0, 1, "2")
    answered = await desk.analyse("May my dog fly with me?")
    assert answered.intents[0].name == "own.pets_on_board"
