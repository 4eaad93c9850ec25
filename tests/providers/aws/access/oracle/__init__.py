"""Comparison with an independent evaluator, run as a program of its own in development only."""
