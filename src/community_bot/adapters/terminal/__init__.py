"""The terminal: an interactive chat, and the one-shot formats."""
