"""What .grad holds, and the fits it drives -> plotly figures, as plain dicts."""
