"""Small tools without business words: database, clock, ids, sealed text, values, logging."""
