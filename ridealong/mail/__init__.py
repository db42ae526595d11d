"""Mail as it really arrives, read into plain text. Knows no service and no framework."""
