"""From a reply to messages in channels, none lost, repeated or left uncorrected."""
