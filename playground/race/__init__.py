"""Optimizers from one start down one landscape, and one step of any of them taken apart."""
