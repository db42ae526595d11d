"""What each head learns from: which rows, in which classes, and which of them only judge it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ridealong.learning.datasets import DOMAINS, DataFolder, Row
from ridealong.learning.languages import MOOD_HEAD, SCOPE_HEAD, told_to
from ridealong.learning.own_words import BANK, OUTSIDE, SHOP, read_own, unnumbered
from ridealong.learning.sampling import pick, pick_each, split

if TYPE_CHECKING:
    from ridealong.learning.moods import MoodRow

REMARK_ROWS = 1_500
# A hundred rows speak for the whole world outside.
OUT_OF_SCOPE_WEIGHT = 30.0
# In `scope`, of requests in our own words beside thousands made from templates or of one company.
OWN_WORDS_WEIGHT = 2.0
NEITHER_WEIGHT = 1.5
REMARKS_WEIGHT = 2.0

BANKING, COMMERCE, GENERAL, NONE = "banking", "commerce", "general", "none"
PACKS = (BANKING, COMMERCE, GENERAL)
SCOPES = (*PACKS, NONE)
MOODS = ("negative", "neutral", "positive")
OUT_OF_SCOPE = "oos"
NEUTRAL = "neutral"

# Intents of the general pack that another pack knows too belong to both, so that no tenant refuses
# them; more to the other pack, whose tenants live by them.
SHARE_OF_SPECIALIST = 0.9
SHARED_WITH_BANKING = frozenset(
    {
        *("pin_change", "report_lost_card", "card_declined", "replacement_card_duration"),
        *("transfer", "exchange_rate", "new_card", "international_fees", "report_fraud"),
        "damaged_card",
    }
)
SHARED_WITH_COMMERCE = frozenset({"order_status", "order"})
REFUND_OF_A_BANK = "request_refund"
GOODS = re.compile(
    r"\b(?:order\w*|purchase\w*|items?|products?|bought|package|parcel)\b", re.IGNORECASE
)

# Turns in dialogues of other companies that ask what a pack can answer.
ALSO_BANKING = tuple(
    f"finance.{intent}"
    for intent in (
        *("reportlostcard", "transfermoney", "disputecharge", "replacecard"),
        *("closeaccount", "updateaddress"),
    )
)

# The shop's own set is narrow: nearly every request in it names an order number. These say the
# same in other words, by their label elsewhere and in the pack.
LENT_TO_COMMERCE = {
    "order_status": "track_order",
    "software.startorder": "place_order",
    "software.changeorder": "change_order",
}

# Requests to companies of other kinds, remarks between the lines, and bare names and numbers.
OF_NO_PACK = (
    *("insurance.getproofofinsurance", "insurance.checkclaimstatus"),
    *("media.startserviceintent", "media.viewbillsintent", "media.getinformationintent"),
    *("software.reportbrokensoftware", "software.softwareupdate", "software.expensereport"),
    *("software.checkserverstatus", "airline.changeseatassignment", "airline.getboardingpass"),
    *("airline.getseatinfo", "fastfood.orderpizzaintent", "fastfood.orderdrinkintent"),
    *("fastfood.ordersaladintent", "airline.outofdomain", "insurance.outofdomain"),
    *("media.outofdomain", "fastfood.outofdomain"),
    *(f"{domain}.contentonly" for domain in DOMAINS),
)

# Turns that say nothing of what somebody wants.
SAYING_NOTHING = tuple(
    f".{intent}"
    for intent in (
        *("contentonly", "confirmation", "openinggreeting", "rejection", "thankyou"),
        *("closinggreeting", "outofdomain", "", "intent"),
    )
)
DEPARTMENTS = "departments"
BANK_DEPARTMENT = "finance"
BANK_ROWS, SHOP_ROWS = 1_200, 4_000

Shares = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one origin with their dev mark; `shares` says which scopes a row belongs to."""

    name: str
    rows: tuple[Row, ...]
    shares: Callable[[Row], Shares]

    @property
    def texts(self) -> list[str]:
        """In the order of the rows."""
        return [row.text for row in self.rows]


@dataclass(frozen=True, slots=True)
class Corpus:
    """All rows of all heads. `elsewhere`: by scope, in other languages than English."""

    packs: Mapping[str, Part]
    others: tuple[Part, ...]
    moods: tuple["MoodRow", ...]
    emotions: tuple[Row, ...]
    emotion_names: tuple[str, ...]
    departments: Part
    elsewhere: Mapping[str, Part]
    moods_elsewhere: tuple[Row, ...]


def gather(data: DataFolder) -> Corpus:
    """Reads, samples and splits everything, the same way every time."""
    # That module picks and splits as this one does, and so stands on it.
    from ridealong.learning.moods import mood_rows

    turns = data.dialogues()
    emotions = data.emotions()
    remarks = pick([row for row in emotions if row.label == NEUTRAL], REMARK_ROWS)
    general, shop, bank = data.general(), data.commerce(), data.banking()
    to_shops = split(read_own(SHOP, data, {row.label for row in shop}))
    # These only teach: the bank's own rows judge, as other systems are judged by them.
    to_banks = read_own(BANK, data, {row.label for row in bank})
    to_neither = split(read_own(OUTSIDE, data, {NONE}))
    packs = {
        BANKING: Part(BANKING, (*split(bank), *to_banks), banking_shares),
        COMMERCE: Part(
            COMMERCE,
            (*split([*shop, *unnumbered(shop), *lend([*general, *turns])]), *to_shops),
            whole(COMMERCE),
        ),
        GENERAL: Part(GENERAL, split(general), general_shares),
    }
    others = (
        Part("other banks", split(pick_each(turns, ALSO_BANKING)), whole(BANKING)),
        Part("other companies", split(pick_each(turns, OF_NO_PACK)), whole(NONE)),
        Part("remarks", split(remarks), whole(NONE, REMARKS_WEIGHT)),
        # Those to shops and banks are told here again, with more weight.
        Part("shop in our own words", to_shops, whole(COMMERCE, OWN_WORDS_WEIGHT)),
        Part("bank in our own words", tuple(to_banks), whole(BANKING, OWN_WORDS_WEIGHT)),
        Part("neither in our own words", to_neither, whole(NONE, NEITHER_WEIGHT)),
    )
    return Corpus(
        packs,
        others,
        mood_rows(data),
        tuple(emotions),
        tuple(data.emotion_names()),
        Part(DEPARTMENTS, split(departments_of(data, turns, packs[BANKING].rows)), whole(NONE)),
        {name: part_elsewhere(part, data) for name, part in packs.items()}
        | {NONE: Part(NONE, told_to(SCOPE_HEAD, data, {NONE}), whole(NONE))},
        told_to(MOOD_HEAD, data, MOODS),
    )


def part_elsewhere(part: Part, data: DataFolder) -> Part:
    """The same intents, asked for in other languages."""
    labels = {row.label for row in part.rows} - {OUT_OF_SCOPE}
    return Part(part.name, told_to(part.name, data, labels), part.shares)


def departments_of(data: DataFolder, turns: Sequence[Row], banking: Sequence[Row]) -> list[Row]:
    """Who should answer: one of six kinds of company, or a desk of a shop.

    From dialogues with five kinds and, so that a bank is known by more than one of them, from the
    questions to another bank; desks of shops are the publisher's categories of intents.
    """
    asking = [row for row in turns if not row.label.endswith(SAYING_NOTHING)]
    asked = pick_each(asking, sorted({row.label for row in asking}))
    desks = data.desks()
    shop = [row for row in data.commerce() if row.label in desks]
    return [
        *(Row(row.text, row.label.split(".")[0]) for row in asked),
        *(Row(row.text, BANK_DEPARTMENT) for row in pick(banking, BANK_ROWS)),
        *(Row(row.text, f"shop_{desks[row.label]}") for row in pick(shop, SHOP_ROWS)),
    ]


def lend(rows: Sequence[Row]) -> list[Row]:
    """Rows of other sets under the label that the shop's pack has for them."""
    lent = pick_each(rows, LENT_TO_COMMERCE)
    return [Row(row.text, LENT_TO_COMMERCE[row.label], dev=row.dev) for row in lent]


def whole(scope: str, weight: float = 1.0) -> Callable[[Row], Shares]:
    """Every row belongs to one scope."""
    return lambda _row: {scope: weight}


def banking_shares(row: Row) -> Shares:
    """Of a bank's rows those about goods are as much a shop's."""
    if row.label == REFUND_OF_A_BANK and GOODS.search(row.text):
        return {BANKING: 0.5, COMMERCE: 0.5}
    return {BANKING: 1.0}


def general_shares(row: Row) -> Shares:
    """CLINC150 spans all: its rows are general, shared, or out of scope."""
    if row.label == OUT_OF_SCOPE:
        return {NONE: OUT_OF_SCOPE_WEIGHT}
    if row.label in SHARED_WITH_BANKING:
        return {GENERAL: 1 - SHARE_OF_SPECIALIST, BANKING: SHARE_OF_SPECIALIST}
    if row.label in SHARED_WITH_COMMERCE:
        return {GENERAL: 1 - SHARE_OF_SPECIALIST, COMMERCE: SHARE_OF_SPECIALIST}
    return {GENERAL: 1.0}
