"""Custody of raw messages: named, kept once, found by customer, and forgotten for good."""
