"""`python -m moderation.cli` is `gatepost`."""

from moderation.cli import main

main()
