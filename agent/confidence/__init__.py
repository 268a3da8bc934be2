"""Confidence: the calibrated probability that a reviewer would agree, or "not calibrated yet". All pure."""
