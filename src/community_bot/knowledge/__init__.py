"""From a folder of reviewed YAML files to an immutable snapshot, and the ways to search it."""
