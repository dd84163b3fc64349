"""A race and one step of it -> plotly figures, as plain dicts."""
