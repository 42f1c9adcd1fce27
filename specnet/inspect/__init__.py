"""What a network sees: its kernels, the maps of its layers, and where it looks when it decides."""
