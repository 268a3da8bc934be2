"""The embedded reader: local, deterministic, no key, no network at run time."""
