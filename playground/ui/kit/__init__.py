"""What any page may use: boxes, charts, links, components, the walk through a graph."""
