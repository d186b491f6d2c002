"""The Matrix adapter."""
