"""Sidedoor: who outside can reach model weights or inference endpoints, by which path, and what proves it."""

__version__ = "0.1.0"
