"""See autograd work: a real forward and backward, recorded as a graph."""
