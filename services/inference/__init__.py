"""Runs models: the Open Inference Protocol v2 in front of `ridealong.serving`.

Hears: nothing. Announces: `predictions.made.v1` (sampled). Answers: `/v2/...`.
"""
