"""The bot machine: from what somebody asked to a Reply. Knows no platform and no SQL."""
