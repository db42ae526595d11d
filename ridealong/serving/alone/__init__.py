"""The model server as a program of its own: no sidecar, no framework, nothing to configure."""
