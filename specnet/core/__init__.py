"""Shift-invariant operations on arrays `[batch, channel, *space]` whose last axis is scanned."""
