"""Reporting: what people and machines look at: case views, the digest, figures."""
