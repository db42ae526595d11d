"""A tenant's own intents: a head fitted in seconds on a few examples of each."""
