"""Audio files and streams of any kind become blocks of mono float32 samples at one rate."""
