"""Suggestions: what the AI proposes, typed, grounded in the evidence, with everything needed to replay it."""
