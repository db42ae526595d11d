"""The protocol at the edge: requests read, answers written, over REST and gRPC."""
