"""Pictures from files, as arrays ``[channels, height, width]``."""
