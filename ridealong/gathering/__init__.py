"""Calls between services that travel together: many hops saved where many messages wait."""
