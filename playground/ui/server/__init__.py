"""The command that serves, and what a host needs: headers, compression, bounds, health, metrics."""
