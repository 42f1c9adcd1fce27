"""Training: recipe, targets, losses, schedule, loop, checkpoints, calibration and report (needs the `train` extra)."""
