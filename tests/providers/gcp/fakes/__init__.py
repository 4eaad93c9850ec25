"""Google Cloud on loopback, for the official clients: gRPC and REST over one estate of exported assets."""
