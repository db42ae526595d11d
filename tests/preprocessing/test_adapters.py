"""Tables survive a race, and the tagger's answer is not trusted."""

import json

import pytest

from ridealong.chassis.errors import SecretMissing, StaleETag
from ridealong.text.masking import all_personal, read_by_rules
from services.preprocessing.adapters import StateTables, read_masking_key, read_tags
from services.preprocessing.errors import (
    MaskingKeyTooShort,
    PersonalDataUnchecked,
    PlaceholderTableBusy,
)
from services.preprocessing.prepare import Found
from services.preprocessing.settings import Settings
from tests.fakes import FakeSidecar
from tests.preprocessing.taggers import tags_reply

KEY = "demo:placeholders:c-1"


def found(text: str) -> Found:
    reading = read_by_rules(text, "en")
    return Found(reading, all_personal(reading, ()))


def tables(sidecar: FakeSidecar, attempts: int = 3) -> StateTables:
    return StateTables(sidecar, b"k" * 32, Settings(table_attempts=attempts))


async def test_the_loser_of_a_race_numbers_again() -> None:
    sidecar = FakeSidecar()
    await tables(sidecar).mask_all("demo", "c-1", [found("a@b.com")])
    first = sidecar.state.pop(KEY)

    async def win_the_race() -> None:
        sidecar.state[KEY] = first

    original = sidecar.save

    async def save(key: str, value: bytes, *, etag: str | None, ttl_s: int | None = None) -> None:
        if KEY not in sidecar.state:
            await win_the_race()
        await original(key, value, etag=etag, ttl_s=ttl_s)

    sidecar.save = save  # type: ignore[method-assign]

    (masked,) = await tables(sidecar).mask_all("demo", "c-1", [found("c@d.com")])

    assert masked.text == "[EMAIL_2]"
    assert len(json.loads(sidecar.state[KEY].value)["EMAIL"]) == 2


async def test_a_race_without_end_is_given_back() -> None:
    sidecar = FakeSidecar()
    for save in (2, 4, 6):
        sidecar.fail_at(save, StaleETag("somebody else wrote first"))

    with pytest.raises(PlaceholderTableBusy):
        await tables(sidecar).mask_all("demo", "c-1", [found("a@b.com")])

    assert sidecar.state == {}


async def test_tables_are_not_kept_for_ever() -> None:
    sidecar = FakeSidecar()

    await tables(sidecar).mask_all("demo", "c-1", [found("a@b.com")])

    assert sidecar.ttls == {KEY: 180 * 86_400}


async def test_a_key_that_can_be_guessed_ends_the_start() -> None:
    with pytest.raises(MaskingKeyTooShort):
        await read_masking_key(FakeSidecar({"masking-key": "short"}), "masking-key")


async def test_a_missing_key_ends_the_start() -> None:
    with pytest.raises(SecretMissing):
        await read_masking_key(FakeSidecar(), "another-key")


def test_tags_are_sorted_to_their_texts() -> None:
    reply = tags_reply({"row": [1, 0], "start": [0, 2], "end": [3, 5], "label": ["SURNAME"] * 2})

    tags = read_tags(reply.body, ["a Bob", "Tom"])

    assert [[(tag.start, tag.end) for tag in one] for one in tags] == [[(2, 5)], [(0, 3)]]


@pytest.mark.parametrize(
    ("row", "start", "end"),
    [(-1, 0, 1), (1, 0, 1), (0, -1, 1), (0, 0, 9), (0, 2, 2), ("0", 0, 1), (0, 0.5, 1)],
)
def test_a_tag_outside_the_text_is_refused(row: object, start: object, end: object) -> None:
    reply = tags_reply({"row": [row], "start": [start], "end": [end], "label": ["SURNAME"]})

    with pytest.raises(PersonalDataUnchecked):
        read_tags(reply.body, ["Tom"])
