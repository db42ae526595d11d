"""What holds for every text, tried on thousands."""

from hypothesis import example, given, settings
from hypothesis import strategies as st
from stdnum import luhn

from ridealong.text.accounts import find_cards, find_ibans
from ridealong.text.cleaning import clean_chat, clean_mail
from ridealong.text.contacts import find_emails
from ridealong.text.masking import MaskedText, all_personal, mask, read_by_rules
from ridealong.text.names import Tag
from ridealong.text.placeholders import PLACEHOLDER, fill_placeholders
from tests.text.masks import table


def card(digits: str, separator: str) -> str:
    whole = digits + luhn.calc_check_digit(digits)
    return separator.join(whole[place : place + 4] for place in range(0, len(whole), 4))


cards = st.builds(
    card, st.from_regex(r"[3-6][0-9]{14}", fullmatch=True), st.sampled_from(["", " ", "-"])
)
emails = st.from_regex(
    r"[a-z]{1,8}[.+_-]?[a-z0-9]{1,8}@[a-z]{1,8}\.(com|de|co\.uk)", fullmatch=True
)
ibans = st.sampled_from(
    ["DE89370400440532013000", "GB29 NWBK 6016 1331 9268 19", "fr1420041010050500013m02606"]
)
WORDS = "order 12345 #4711-22 03.04.2025 €20 , . ( ) [PERSON_1] [ ] 12 is card call"
words = st.sampled_from([*WORDS.split(), "\n"])
anything = st.text(max_size=12)
messages = st.lists(st.one_of(cards, emails, ibans, words, anything), max_size=7).map(" ".join)
alphabet = st.text(alphabet="0123456789 -+@.:/#[]_abcPERSON€\n", max_size=80)
texts = st.one_of(messages, alphabet)


def mask_all(text: str, tags: tuple[Tag, ...] = ()) -> MaskedText:
    reading = read_by_rules(text, "en")
    return mask(reading, all_personal(reading, tags), table().name)


@given(texts)
@settings(max_examples=100, deadline=None)
def test_nothing_a_checksum_finds_is_left(text: str) -> None:
    masked = mask_all(clean_chat(text)).text

    assert not [*find_cards(masked), *find_ibans(masked), *find_emails(masked)]


@given(before=anything, value=st.one_of(cards, emails, ibans), after=anything)
@settings(max_examples=80, deadline=None)
def test_a_value_is_masked_wherever_it_stands(before: str, value: str, after: str) -> None:
    masked = mask_all(clean_chat(f"{before} {value} {after}")).text

    assert value not in masked


@given(texts)
@settings(max_examples=100, deadline=None)
def test_filling_the_placeholders_gives_the_text_back(text: str) -> None:
    clean = clean_chat(text)
    masked = mask_all(clean)

    filled = fill_placeholders(masked.text, masked.values)

    # Spellings of one value share a placeholder, so compare by what they mean.
    assert mask_all(filled).text == masked.text
    if len(PLACEHOLDER.findall(masked.text)) == len(masked.values):
        assert filled == clean


@given(texts)
@settings(max_examples=100, deadline=None)
def test_masking_masked_text_changes_nothing(text: str) -> None:
    masked = mask_all(clean_chat(text)).text

    assert mask_all(masked).text == masked


@given(texts, st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=5))
@settings(max_examples=100, deadline=None)
def test_entities_stand_where_they_say(text: str, places: list[tuple[int, int]]) -> None:
    clean = clean_chat(text)
    labels = ("GIVEN_NAME", "STREET_NAME", "ZIP_CODE", "PHONE", "BANK_ACCOUNT")
    tags = tuple(
        Tag(start, min(len(clean), start + length), label)
        for (start, length), label in zip(places, labels, strict=False)
        if start < len(clean)
    )
    reading = read_by_rules(clean, "en")
    masked = mask(reading, all_personal(reading, tags), table().name)

    spelled = {clean[entity.start : entity.end] for entity in reading.entities}
    assert all(masked.text[one.start : one.end] in spelled for one in masked.entities)
    assert all(placeholder in masked.text for placeholder in masked.values)


@given(st.text(max_size=300))
@example("Â\u20020")
@settings(max_examples=100, deadline=None)
def test_cleaning_is_done_once_and_for_all(text: str) -> None:
    once = clean_chat(text)

    assert clean_chat(once) == once
    assert once.encode().decode() == once
    assert not PLACEHOLDER.search(once)


@given(st.text(alphabet="> \nOn wrote:Thanks,-_azA1@", max_size=200))
@settings(max_examples=80, deadline=None)
def test_a_mail_never_becomes_empty(text: str) -> None:
    assert bool(clean_mail(text)) == bool(clean_chat(text))


NAMES = (
    "Ana ana GARCIA van den Berg Flat 3, 12 Baker Street, Hove BN1 2FA rue de Rivoli 75001 order"
)
spelled = st.lists(st.sampled_from([*NAMES.split(), "\n", ".", "@", "-"]), max_size=14).map(
    " ".join
)
LABELS = ("GIVEN_NAME", "SURNAME", "STREET_NAME", "CITY", "ZIP_CODE", "BUILDING_NUMBER", "PHONE")


@given(
    st.one_of(spelled, texts),
    st.lists(
        st.tuples(st.integers(0, 80), st.integers(1, 20), st.sampled_from(LABELS)), max_size=6
    ),
    st.sampled_from(["en", "de", "tr", "pl", "unknown"]),
)
@settings(max_examples=300, deadline=None)
def test_personal_spans_never_overlap_whatever_the_tagger_says(
    text: str, pieces: list[tuple[int, int, str]], language: str
) -> None:
    clean = clean_chat(text)
    tags = [
        Tag(start, min(len(clean), start + length), label)
        for start, length, label in pieces
        if start < len(clean)
    ]
    reading = read_by_rules(clean, language)
    found = all_personal(reading, tags)
    ends = [0, *(span.end for span in found)]

    assert all(end <= span.start < span.end for end, span in zip(ends, found, strict=False))
    assert all(span.end <= len(clean) for span in found)
