"""Models on disk and in memory: opened, proven, shared, switched."""
