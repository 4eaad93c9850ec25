"""Sidedoor: who outside the organisation can reach model weights or inference endpoints, by which path, on what proof."""

__version__ = "0.1.0"
