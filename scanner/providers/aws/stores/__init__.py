"""Where weights lie beside buckets, and second doors to them: facts only, one kind of place a file.

What a caller can do at each place is the business of `hops`.
"""
