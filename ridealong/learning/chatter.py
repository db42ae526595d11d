"""Puts what people say around a request: training rows are bare questions, messages are not."""

import random
import re

BEFORE = (
    "Hi,",
    "Hello,",
    "Hello there!",
    "hey",
    "Good morning,",
    "Good evening.",
    "Dear team,",
    "Dear Sir or Madam,",
    "Hi guys,",
    "Quick question:",
    "Sorry to bother you.",
    "I hope you are well.",
    "I am a customer of yours since 2019.",
    "I wrote to you last week already.",
    "I tried to call but nobody picked up.",
    "Something is wrong here.",
    "I need help.",
    "Unbelievable!",
    "Ok so",
    "Maybe you can help me.",
)
AFTER = (
    "I have been waiting for days now.",
    "Nobody answers my mails.",
    "This is really annoying.",
    "I am very disappointed.",
    "This is the third time I ask!",
    "It is urgent.",
    "I need this before Friday.",
    "Please help me.",
    "Please help asap!!",
    "Can you look into it?",
    "What can I do?",
    "Please let me know.",
    "Thanks in advance.",
    "thank you",
    "Many thanks and best regards",
    "Thanks a lot for your help!",
    "I do not understand it.",
    "The number is 48213.",
    "My reference is 20931.",
    "It worked fine until yesterday.",
    "Otherwise I will go elsewhere.",
    "Sent from my phone",
    "Waiting for your answer.",
)


NUMBERED = re.compile(r"\b(order|package|parcel|purchase|invoice)\b(?! *#?\d)", re.IGNORECASE)
SHARE_NUMBERED = 0.5
SHORTEST_NUMBER, LONGEST_NUMBER = 4, 9


def surround(text: str, chance: random.Random) -> str:
    """The request with a sentence before it, after it, or both."""
    sides = chance.choice(("before", "after", "after", "both"))
    said = name_number(text, chance) if chance.random() < SHARE_NUMBERED else text
    parts = [said if said.endswith((".", "?", "!")) else said + chance.choice((".", "?", ""))]
    if sides != "after":
        parts.insert(0, chance.choice(BEFORE))
    if sides != "before":
        parts.append(chance.choice(AFTER))
    return " ".join(parts)


def name_number(text: str, chance: random.Random) -> str:
    """An order that is spoken of gets its number, as customers give it."""
    digits = chance.randint(SHORTEST_NUMBER, LONGEST_NUMBER)
    number = "".join(chance.choices("0123456789", k=digits))
    return NUMBERED.sub(lambda found: f"{found[0]} {number}", text, count=1)
