"""Cleans a message, finds its language and entities, and masks what is personal.

Hears: nothing. Announces: nothing. Answers: `POST /prepare`, `POST /reveal`, `POST /features`.
"""
