"""Tests of Google Cloud."""
