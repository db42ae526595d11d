"""Which predictions are logged, how many may wait, and what may be said of them."""
