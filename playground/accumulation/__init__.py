"""What gradients add up to: loops, graphs kept, micro-batches, a forgotten zero_grad."""
