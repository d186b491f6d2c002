"""The handlers, a file per subject; each reads top to bottom like a script."""
