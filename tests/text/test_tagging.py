"""Windows and joins by themselves, then the tagger of the real store."""

import pytest

from ridealong.serving.models.manifest import read_manifest
from ridealong.text.tagging import TaggedSpan, Tagger, load_tagger, plan_windows
from tests.learning.stores import real_store


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    folder = real_store() / "pii-tagger" / "1"
    manifest = read_manifest(folder)
    assert manifest.tag_labels is not None
    assert manifest.limits.max_tokens is not None
    return load_tagger(folder, manifest.tag_labels, manifest.limits.max_tokens)


def found(tagger: Tagger, text: str) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.label) for span in tagger.tag(text)]


def test_windows_cover_every_token_and_share_the_overlap() -> None:
    windows = list(plan_windows(range(100), budget=40, overlap=10))

    assert windows == [(0, 40), (30, 70), (60, 100)]


def test_a_window_opens_at_the_start_of_a_word() -> None:
    word_ids = [*range(28), 28, 28, 28, 28, *range(29, 60)]

    assert list(plan_windows(word_ids, budget=40, overlap=10))[1][0] == 28


def test_windows_move_on_through_a_word_longer_than_one() -> None:
    windows = list(plan_windows([0] * 100, budget=40, overlap=10))

    assert windows[-1][1] == 100
    assert all(earlier[0] < later[0] for earlier, later in zip(windows, windows[1:], strict=False))


def test_names_and_addresses_are_found_by_their_offsets(tagger: Tagger) -> None:
    text = "My name is Anna Kowalska and I live at 12 Baker Street, London NW1 6XE."

    assert found(tagger, text) == [
        ("Anna", "GIVEN_NAME"),
        ("Kowalska", "SURNAME"),
        ("12", "BUILDING_NUMBER"),
        ("Baker Street", "STREET_NAME"),
        ("London", "CITY"),
        ("NW1 6XE", "ZIP_CODE"),
    ]


def test_offsets_count_characters_not_bytes(tagger: Tagger) -> None:
    text = "🙂🙂 Größe? Ich bin Jürgen Müller aus Köln"

    assert ("Jürgen", "GIVEN_NAME") in found(tagger, text)
    assert ("Müller", "SURNAME") in found(tagger, text)


def test_a_message_without_personal_data_has_no_spans(tagger: Tagger) -> None:
    assert tagger.tag("I have been waiting two weeks for my order, where is it?") == []


def test_a_name_is_found_wherever_it_stands_in_a_long_text(tagger: Tagger) -> None:
    filler = "The lamp flickers and nobody answers my mails about it. "
    text = filler * 20 + "Yours, Anna Kowalska. " + filler * 20

    assert ("Kowalska", "SURNAME") in found(tagger, text)
    assert {text[span.start : span.end] for span in tagger.tag(text)} <= {"Anna", "Kowalska"}


def test_spans_are_whole_words_in_order_and_never_overlap(tagger: Tagger) -> None:
    text = "Anna Kowalska, anna.kowalska@example.com, +44 20 7946 0958, 12 Baker Street, London"
    spans = tagger.tag(text)

    assert spans
    assert all(one.end <= other.start for one, other in zip(spans, spans[1:], strict=False))
    assert all(0.5 <= span.score <= 1 for span in spans)
    assert all(is_whole(text, span) for span in spans)


def is_whole(text: str, span: TaggedSpan) -> bool:
    before, after = text[: span.start][-1:], text[span.end :][:1]
    return not before.isalnum() and not after.isalnum()


@pytest.mark.parametrize("text", ["", "  \n", "\ud800", "\x00", "가" * 2000])
def test_odd_texts_do_not_stop_the_tagger(tagger: Tagger, text: str) -> None:
    assert all(0 <= span.start < span.end <= len(text) for span in tagger.tag(text))
