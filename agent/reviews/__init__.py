"""Reviews: a case waits for a person as a row; a decision is recorded once, with who, when, why and what changed."""
