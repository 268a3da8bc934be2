"""One module per AI task: what the reader is shown, and how its answer becomes a suggestion."""
