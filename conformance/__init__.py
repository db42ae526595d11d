"""A conformance suite for servers of the Open Inference Protocol, over REST and gRPC.

It knows nothing of Ridealong but the messages generated from the protocol's own .proto file:
point it at any server that serves the models of `conformance.models`.
"""
