"""Measurements, as ratios within one run: ``python -m bench.<name>``. Never a timed test."""
