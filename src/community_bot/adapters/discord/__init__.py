"""Discord: events in, replies and posts out."""
