"""See autograd work: a real forward and backward as a graph, and its drawing."""
