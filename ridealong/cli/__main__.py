"""`python -m ridealong.cli` is the same as `ridealong`."""

from ridealong.cli.app import main

main()
