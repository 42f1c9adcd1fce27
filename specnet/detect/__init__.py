"""Scores on a frame grid become segments in seconds."""
