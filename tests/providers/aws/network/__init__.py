"""Tests of network exposure."""
