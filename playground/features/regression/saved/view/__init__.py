"""The boxes that save a run, load a file and show files that fail."""
