"""Who reaches what serves a model over the network: firewalls in their order, load balancers, logins."""
