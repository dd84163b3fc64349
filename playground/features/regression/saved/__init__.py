"""A model leaves the page and comes back: state_dict, checkpoint, and every way it can fail."""
