"""Evidence: every read for a case, frozen and stored, so that what the model saw is replayable."""
