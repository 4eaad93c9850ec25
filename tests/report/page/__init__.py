"""The HTML report: its text, and in a real browser."""
