"""What machines ask over HTTP: whether the service lives and is ready, and its figures."""
