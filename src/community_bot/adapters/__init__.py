"""Translators between a platform and the core: event to Invocation, Reply to message."""
