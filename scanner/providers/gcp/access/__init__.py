"""Who may do what: allow policies, and what stands against them."""
