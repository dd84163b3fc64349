"""See autograd work: a real forward and backward as a graph, lessons line by line, checks."""
