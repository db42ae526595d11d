"""Judges the scope head by what it is for: refusing what is of no pack, keeping what is."""

from collections.abc import Iterable

import numpy as np

from ridealong.learning.corpus import GENERAL, NONE, OUT_OF_SCOPE, PACKS, SCOPES
from ridealong.learning.curriculum import Curriculum
from ridealong.learning.embedded import Embedded, dev_of
from ridealong.learning.heads import Head
from ridealong.learning.lessons import Mask, Matrix
from ridealong.learning.metrics import Metrics, rounded, score_rejection

REFUSE_FROM = 0.5
SHARE_KEPT = 0.95
DIGITS = 4


def score_scope(head: Head, curriculum: Curriculum) -> dict[str, Metrics]:
    """On dev rows only, with a head that saw none of them."""
    general = curriculum.packs[GENERAL]
    outside = is_outside(general)[dev_of(general.part.rows)]
    kept: Metrics = {}
    for name, embedded in curriculum.packs.items():
        kept |= score_kept(head, name, embedded)
    refused = {"clinc out of scope": share_refused(reject(head, general, PACKS)[outside])}
    for embedded in curriculum.others:
        if NONE in embedded.part.shares(embedded.part.rows[0]):
            refused[embedded.part.name] = share_refused(reject(head, embedded, PACKS))
    return {
        "rejection_auroc": {
            "clinc, tenant with all packs": score_rejection(reject(head, general, PACKS), outside),
            "clinc, tenant with general": score_rejection(
                reject(head, general, [GENERAL]), outside
            ),
        },
        "kept": rounded(kept),
        "refused": rounded(refused),
    }


def find_reject(head: Head, curriculum: Curriculum) -> float:
    """The reject score that 95 % of the packs' own dev rows stay below, for all packs."""
    scores = [
        reject(head, embedded, PACKS)[~is_outside(embedded)[dev_of(embedded.part.rows)]]
        for embedded in curriculum.packs.values()
    ]
    return round(float(np.quantile(np.concatenate(scores), SHARE_KEPT)), DIGITS)


def score_kept(head: Head, name: str, embedded: Embedded) -> Metrics:
    """How many of a pack's own rows tenants with all packs, and with this one, do not refuse."""
    inside = ~is_outside(embedded)[dev_of(embedded.part.rows)]
    rewritten = embedded.rewritten[dev_of(embedded.part.rows)]
    return {
        f"{name}, all packs": 1 - share_refused(reject(head, embedded, PACKS)[inside]),
        f"{name}, this pack only": 1 - share_refused(reject(head, embedded, [name])[inside]),
        f"{name}, all packs, rewritten": 1
        - share_refused(refusals(head, rewritten, PACKS)[inside]),
    }


def reject(head: Head, embedded: Embedded, packs: Iterable[str]) -> Matrix:
    """The reject score of a part's dev rows for a tenant with these packs."""
    return refusals(head, embedded.vectors[dev_of(embedded.part.rows)], packs)


def refusals(head: Head, vectors: Matrix, packs: Iterable[str]) -> Matrix:
    """What is left of probability when a tenant's own packs have had theirs."""
    own = [SCOPES.index(pack) for pack in packs]
    left: Matrix = 1 - head.probabilities(vectors)[:, own].sum(axis=1)
    return left


def share_refused(scores: Matrix) -> float:
    """By the plain rule: refuse from one half on."""
    return float(np.mean(scores >= REFUSE_FROM))


def is_outside(embedded: Embedded) -> Mask:
    """Which rows are out of scope by their publisher's word."""
    return np.array([row.label == OUT_OF_SCOPE for row in embedded.part.rows])
