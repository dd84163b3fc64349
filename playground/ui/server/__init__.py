"""What a host needs around the pages: headers, bounds, health, metrics."""
