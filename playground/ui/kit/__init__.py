"""What any page may use: boxes, charts, links, language, components, the walk through a graph."""
