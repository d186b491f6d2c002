"""Lets ``python -m community_bot`` do what ``community-bot`` does."""

from community_bot.app.cli import main

raise SystemExit(main())
