"""Small articles for tests."""

from typing import Any

from ridealong.knowledge.articles import Article


def article(**changes: Any) -> Article:
    fields: dict[str, Any] = {
        "id": "commerce-track-order",
        "title": "Find out where an order is",
        "pack": "commerce",
        "intents": ("commerce.track_order",),
        "department": "shipping",
        "language": "en",
        "policy": "automate",
        "questions": ("Where is my order?",),
        "slots": ("order_number",),
        "next_actions": ("look_up_order",),
        "reply": "You can follow order {order_number} under My orders.",
        "ask": "Please send us the order number.",
        "sentences": (
            "Every order has a status under My orders.",
            "The carrier scans the parcel on its way.",
        ),
    }
    return Article(**fields | changes)


def refund_article(**changes: Any) -> Article:
    return article(
        **{
            "id": "commerce-get-refund",
            "title": "Ask for money back",
            "intents": ("commerce.get_refund",),
            "department": "returns",
            "policy": "suggest",
            "questions": ("I want a refund",),
            "slots": (),
            "next_actions": ("open_refund_case",),
            "reply": "A colleague checks your request.",
            "ask": None,
            "sentences": ("A refund goes back the way it was paid.",),
        }
        | changes
    )


def card_article(**changes: Any) -> Article:
    return article(
        **{
            "id": "banking-lost-card",
            "title": "A card is lost or stolen",
            "pack": "banking",
            "intents": ("banking.lost_or_stolen_card",),
            "department": "fraud",
            "policy": "hand_over",
            "questions": ("I lost my card",),
            "slots": (),
            "next_actions": ("freeze_card",),
            "reply": "Please freeze the card right now.",
            "ask": None,
            "sentences": ("A lost card has to be frozen at once.",),
        }
        | changes
    )
