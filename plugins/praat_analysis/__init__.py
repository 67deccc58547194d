"""Pitch, intensity and formants as Praat computes them."""
