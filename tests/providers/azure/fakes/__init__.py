"""Azure on loopback: a server that answers like Azure's three interfaces, and a tenant for it to serve."""
