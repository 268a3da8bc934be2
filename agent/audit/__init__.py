"""The audit log: one frozen type per event, append-only, hash-linked; the truth about what happened."""
