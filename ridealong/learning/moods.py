"""What the sentiment head learns from: rated reviews and tweets, and how customers really write.

Ratings alone miss the dry complaint, in which no word is bad. So sentences that the project wrote
stand beside them, and customers' turns and questions whose intent says their mood. Some rows are
told a second time to a company by its handle, as people do in public.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from ridealong.learning.corpus import MOODS
from ridealong.learning.datasets import DataFolder, Row
from ridealong.learning.heldout import plain
from ridealong.learning.lessons import Lesson, Matrix, Rows
from ridealong.learning.sampling import SEED, pick, split
from ridealong.learning.sentence_files import read_lines

SENTENCES: Final = Path(__file__).with_name("mood_sentences.tsv")
NEGATIVE, NEUTRAL, POSITIVE = MOODS

# Chosen on rows of other domains than the row's own; flat around these values.
MOOD_C: Final = 1.0
RATING_WEIGHT: Final = 0.5
SENTENCE_WEIGHT: Final = 3.0
WEAK_WEIGHT: Final = 0.5
RATINGS_TOLD_TWICE: Final = 0.35
SENTENCES_TOLD_TWICE: Final = 0.7

HANDLES: Final = (
    *("SwiftPost", "FoneNet", "AlpenAir", "acme", "BrightVolt", "Taskpilot", "shopline"),
    *("VistaHotels", "citybank24", "OrbitMobile", "eastwings", "CasaLiving", "gotickets"),
    *("NorthRail", "quickmeal", "PolarAirways", "help_desk", "airlotus"),
)

# Intents whose mood is plain, with so many rows of each; the last part of an intent's name.
TURNS: Final = {
    NEGATIVE: {"reportbrokensoftware": 250, "disputecharge": 150},
    NEUTRAL: {
        "contentonly": 300,
        "confirmation": 200,
        "changeseatassignment": 100,
        "startserviceintent": 100,
        "getproofofinsurance": 100,
        "rejection": 60,
        "checkbalance": 60,
        "orderpizzaintent": 60,
    },
    POSITIVE: {"thankyou": 400},
}
SHORTEST_TURN: Final = 9
QUESTIONS_PER_MOOD: Final = 800
BANKING: Final = {
    NEGATIVE: frozenset(
        {
            *("card_not_working", "declined_card_payment", "declined_transfer", "failed_transfer"),
            *("declined_cash_withdrawal", "card_payment_fee_charged", "cash_withdrawal_charge"),
            *("transfer_fee_charged", "top_up_failed", "top_up_reverted", "card_swallowed"),
            *("transaction_charged_twice", "Refund_not_showing_up", "extra_charge_on_statement"),
            *("wrong_amount_of_cash_received", "wrong_exchange_rate_for_cash_withdrawal"),
            *("card_payment_wrong_exchange_rate", "balance_not_updated_after_bank_transfer"),
            "balance_not_updated_after_cheque_or_cash_deposit",
            *("transfer_not_received_by_recipient", "virtual_card_not_working"),
            *("contactless_not_working", "cash_withdrawal_not_recognised"),
            *("card_payment_not_recognised", "direct_debit_payment_not_recognised"),
            *("reverted_card_payment?", "unable_to_verify_identity"),
        }
    ),
    NEUTRAL: frozenset(
        {
            *("age_limit", "supported_cards_and_currencies", "country_support", "exchange_rate"),
            *("exchange_charge", "order_physical_card", "getting_spare_card", "card_linking"),
            *("get_disposable_virtual_card", "disposable_card_limits", "getting_virtual_card"),
            *("change_pin", "edit_personal_details", "activate_my_card", "atm_support"),
            *("apple_pay_or_google_pay", "automatic_top_up", "top_up_limits", "verify_my_identity"),
            *("topping_up_by_card", "transfer_into_account", "transfer_timing", "verify_top_up"),
            *(
                "receiving_money",
                "visa_or_mastercard",
                "verify_source_of_funds",
                "exchange_via_app",
            ),
            *("passcode_forgotten", "lost_or_stolen_card", "card_about_to_expire"),
            *("card_delivery_estimate", "fiat_currency_support", "card_acceptance"),
            *("cancel_transfer", "get_physical_card", "top_up_by_bank_transfer_charge"),
            "top_up_by_cash_or_cheque",
        }
    ),
}


@dataclass(frozen=True, slots=True)
class MoodRow:
    """One text with its mood, how much it counts, and whether it judges or is a told-again copy."""

    text: str
    mood: str
    weight: float
    dev: bool = False
    is_copy: bool = False


def mood_rows(data: DataFolder) -> tuple[MoodRow, ...]:
    """All of them, the same every time; nothing in them is held out."""
    chance = random.Random(SEED)
    ratings = counted(split(data.moods()), RATING_WEIGHT)
    sentences = counted(split(read_sentences(data)), SENTENCE_WEIGHT)
    return (
        *ratings,
        *tell_again(ratings, RATINGS_TOLD_TWICE, chance),
        *sentences,
        *tell_again(sentences, SENTENCES_TOLD_TWICE, chance),
        *by_intent(data),
    )


def mood_lesson(rows: Sequence[MoodRow], features: Matrix) -> Lesson:
    """Negative, neutral or positive; `features` has one row for each of `rows`."""
    return Lesson(
        MOODS,
        Rows(
            features,
            np.array([MOODS.index(row.mood) for row in rows]),
            np.array([row.weight for row in rows], dtype=np.float32),
            np.array([row.dev for row in rows], dtype=bool),
            np.array([row.is_copy for row in rows], dtype=bool),
        ),
        MOOD_C,
    )


def read_sentences(data: DataFolder) -> list[Row]:
    """What the project wrote itself, but for what is held out elsewhere."""
    rows = [Row(line["text"], line["mood"]) for line in read_lines(SENTENCES)]
    return [row for row in rows if not data.heldout.holds(row.text)]


def counted(rows: Iterable[Row], weight: float) -> list[MoodRow]:
    """Rows of one origin count the same."""
    return [MoodRow(row.text, row.label, weight, row.dev) for row in rows]


def tell_again(rows: Sequence[MoodRow], share: float, chance: random.Random) -> list[MoodRow]:
    """A share of the rows, told to a company by its handle."""
    return [
        replace(row, text=f"@{chance.choice(HANDLES)} {row.text}", is_copy=True)
        for row in rows
        if not row.text.startswith("@") and chance.random() < share
    ]


def by_intent(data: DataFolder) -> list[MoodRow]:
    """Customers' words whose mood nobody rated but whose intent tells it. They never judge."""
    turns, questions = data.dialogues(), data.banking()
    found = [
        Row(row.text, mood)
        for mood, intents in TURNS.items()
        for intent, count in intents.items()
        for row in pick([row for row in turns if is_turn(row, intent)], count)
    ]
    found += [
        Row(row.text, mood)
        for mood, labels in BANKING.items()
        for row in pick([row for row in questions if row.label in labels], QUESTIONS_PER_MOOD)
    ]
    return counted(found, WEAK_WEIGHT)


def is_turn(row: Row, intent: str) -> bool:
    """Does a turn of any company have just this intent, in more than a word?"""
    return row.label.rpartition(".")[2] == intent and len(plain(row.text)) >= SHORTEST_TURN
