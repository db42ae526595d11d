"""Keeps what happened in a lake of Delta tables, reports on it, and holds the dead letters.

Hears: messages.received.v1, messages.answered.v1, predictions.made.v1, customers.forgotten.v1,
and the dead letters of every subscriber.
Announces: nothing.
Answers: GET /reports/volume, GET /conversations, GET /dead-letters, GET /dead-letters/{letter_id},
POST /dead-letters/{letter_id}/resend.
"""
