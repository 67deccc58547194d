"""Pixels, frames, samples and characters out of media files."""
