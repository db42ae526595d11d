"""The knowledge engine: reads support articles, finds what fits a message, fills the reply."""
