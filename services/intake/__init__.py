"""Takes in what customers write: reads, names, keeps and announces it, and forgets on request.

Hears: nothing.
Announces: `messages.received.v1`, `customers.forgotten.v1`.
Answers: `POST /messages`, `POST /messages/batch`, `GET /messages/{id}`,
`GET /messages/{id}/receipt`, `POST /messages/{id}/queue`,
`POST /customers/forget`.
"""
