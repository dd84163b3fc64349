"""The command that serves, and what a host needs: headers, bounds, health, metrics."""
