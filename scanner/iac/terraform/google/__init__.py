"""Resource types of the Google providers."""
