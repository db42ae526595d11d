"""Reads a prepared message: intents, sentiment, urgency, by one call to `inference`.

Hears: nothing. Announces: nothing. Answers: `POST /analyse`, `POST /intents`, `GET /intents`,
`DELETE /intents/{label}`.
"""
