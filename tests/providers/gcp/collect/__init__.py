"""Tests of reading Google Cloud."""
