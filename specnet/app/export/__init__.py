"""Models for other programs: sound in and scores out, the log-mel included, as one graph or as a page for browsers."""
