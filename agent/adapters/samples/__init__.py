"""The demo's sample mails and events, written as templates with dates relative to the demo's day, and their truth."""

from agent.adapters.samples.load import sample_events, sample_mails, sample_truth

__all__ = ["sample_events", "sample_mails", "sample_truth"]
