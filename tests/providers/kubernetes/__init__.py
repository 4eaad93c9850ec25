"""Kubernetes: rights, networks, subjects, and bodies of any shape."""
