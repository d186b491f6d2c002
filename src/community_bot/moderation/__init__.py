"""Changes of the knowledge from chat: proposed, reviewed, written, recorded and undone."""
