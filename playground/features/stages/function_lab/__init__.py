"""The Function lab: a custom autograd Function, right or wrong, and what notices."""
