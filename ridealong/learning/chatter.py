"""Puts what people say around a request: training rows are bare questions, messages are not."""

import random

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
    "I have been waiting for two weeks!",
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


def surround(text: str, chance: random.Random) -> str:
    """The request with a sentence before it, after it, or both."""
    sides = chance.choice(("before", "after", "after", "both"))
    parts = [text if text.endswith((".", "?", "!")) else text + chance.choice((".", "?", ""))]
    if sides != "after":
        parts.insert(0, chance.choice(BEFORE))
    if sides != "before":
        parts.append(chance.choice(AFTER))
    return " ".join(parts)
