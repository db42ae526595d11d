"""Result aggregation: runs the steps of one message and joins them into its one answer.

Hears: messages.received.v1 (queued ones), its dead letters, customers.forgotten.v1.
Announces: messages.answered.v1.
Answers: POST /answers, GET /answers/{message_id}, POST /answers/status.
"""
