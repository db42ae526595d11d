"""The protocol over gRPC: messages read and written, and the port they come in by."""
