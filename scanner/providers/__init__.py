"""Everything that knows a cloud, behind the seam of `base`."""
