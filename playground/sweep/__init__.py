"""Many learning rates at once: what became of each, how fast each direction goes, a contest."""
