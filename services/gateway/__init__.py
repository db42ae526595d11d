"""The one public API: who may call, how much, and what becomes of each message.

Hears: nothing. Announces: nothing.
Answers: `/v1/...` to the world; `POST /keys`, `GET /keys`, `DELETE /keys/{key_id}` to its sidecar.
"""
