"""A sweep, the attempts of the challenge, the bases compared -> plotly figures, as plain dicts."""
