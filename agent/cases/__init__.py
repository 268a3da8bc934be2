"""Cases: one matter to settle, opened by an event; later events on the same matter join it."""
