"""Hypothesis strategies and sample values that several test files share."""
