import time

import numpy as np
import pytest
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from ridealong.text.mood_features import MOOD_READS_CHARS, NAMES, WIDTH, names_of, read_moods

ANALYZER = SentimentIntensityAnalyzer()


def moods(text: str) -> dict[str, float]:
    return names_of(read_moods(text, ANALYZER).tolist())


def test_a_row_has_one_number_for_each_name() -> None:
    row = read_moods("Still no reply", ANALYZER)

    assert row.dtype == np.float32
    assert row.shape == (WIDTH,)
    assert len(set(NAMES)) == WIDTH


def test_a_complaint_without_a_bad_word_shows() -> None:
    said = moods("I have been on hold for 45 minutes and nobody picks up")

    assert said["waiting"] > 0
    assert said["nobody"] > 0
    assert said["numbered wait"] > 0


def test_a_plain_question_is_not_a_complaint() -> None:
    assert moods("How do I add my daughter to the booking?")["plain question"] == 1
    assert moods("How do I reach you, nobody answers?")["plain question"] == 0
    assert moods("How can you be so horrible?")["plain question"] == 0


def test_trouble_denied_is_told_from_good_denied() -> None:
    fine, poor = moods("I never had a single problem"), moods("the remote does not work")

    assert (fine["bad denied"] > 0, fine["good denied"]) == (True, 0)
    assert (poor["bad denied"], poor["good denied"] > 0) == (0, True)


def test_what_follows_a_but_is_weighed_by_itself() -> None:
    said = moods("The staff was lovely but the room was disgusting")

    assert said["before turn"] > 0 > said["after turn"]


def test_the_worst_and_the_best_clause_are_kept_apart() -> None:
    said = moods("Great phone. Horrible battery. It came on Monday.")

    assert said["worst"] < 0 < said["best"]
    assert said["last"] == 0


def test_praise_beside_a_complaint_shows() -> None:
    assert moods("wow great job cancelling my flight, delayed again")["praise beside complaint"] > 0
    assert moods("great job")["praise beside complaint"] == 0


def test_handles_and_links_say_nothing() -> None:
    assert moods("@NeverLateAir where is gate 4?") == moods("where is gate 4?")
    assert moods("see https://example.org/worst/refund") == moods("see ")


@pytest.mark.parametrize(
    "text",
    [
        *("", "   ", "\ud800", "\U0001f600", "?!" * 5_000, "." * 5_000 + "x", "n't" * 5_000),
        *("but " * 5_000, "not " * 5_000, "@" * 5_000, "1 hour " * 5_000, "\x00", "İ" * 3_000),
    ],
)
def test_odd_texts_give_numbers_from_minus_one_to_one(text: str) -> None:
    row = read_moods(text, ANALYZER)

    assert np.isfinite(row).all()
    assert np.abs(row).max() <= 1


def test_nothing_after_the_first_characters_is_read() -> None:
    start = "a fine day " * (MOOD_READS_CHARS // 11 + 1)

    assert np.array_equal(
        read_moods(start, ANALYZER), read_moods(start + "horrible scam " * 50_000, ANALYZER)
    )


@pytest.mark.parametrize("piece", ["...!x", "not no ", "n't", " - ", "why " * 3, "@a"])
def test_no_pattern_takes_ever_longer_over_a_repetition(piece: str) -> None:
    text = piece * MOOD_READS_CHARS
    started = time.process_time()
    read_moods(text, ANALYZER)

    # Some milliseconds; a pattern that tries every split would take minutes.
    assert time.process_time() - started < 5
