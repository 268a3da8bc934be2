"""Confidence: the calibrated probability that a reviewer would agree, or "not calibrated yet". All pure.

More files than a slice usually has, one for each piece of the mathematics, so that each can be checked by itself:
what is judged (`judged`, `score`, `calibrate`, `sensitivity`), what is promised (`bounds`, `certify`, `outlook`,
`version`, `replay`), and whether it still holds (`monitor`, `drift`, `fallback`, `estimate`).
"""
