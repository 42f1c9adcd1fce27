"""Training data: corpora of real speech, synthetic voices, spliced words, composed scenes."""
