"""A reference destination: a platform that keeps books of all it took, and fails as it is told."""
