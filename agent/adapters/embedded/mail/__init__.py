"""Reads a supplier's mail by itself: what stands where, which words mean what, which order line they are about."""
