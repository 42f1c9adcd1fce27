"""The page that says how good a training for sound turned out."""
