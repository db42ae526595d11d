"""`make bench`: what a message costs."""

from bench.live import main

main()
