"""How good a model is: matching found segments to spoken words, and counting over every threshold."""
