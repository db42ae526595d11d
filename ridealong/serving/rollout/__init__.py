"""Which version of a model answers whom: canary, shadow, promotion, rollback."""
