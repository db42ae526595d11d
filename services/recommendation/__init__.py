"""recommendation: which reply fits this message, on what evidence, and who should send it.

Hears: nothing yet. Announces: nothing yet. Answers: `POST /suggest`.
"""
