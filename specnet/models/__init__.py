"""Networks as data: presets, the closed table of layer kinds, heads and export."""
