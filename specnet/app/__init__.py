"""Use cases: what the command line and other programs call."""
