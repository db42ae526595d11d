"""Runs models: the Open Inference Protocol v2 in front of `ridealong.serving`.

Hears: `models.promoted.v1`. Announces: `predictions.made.v1` (sampled).
Answers: `/v2/...`, `/rollouts...`.
"""
