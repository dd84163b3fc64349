"""What any page may use: boxes, charts, components, the walk through a graph."""
