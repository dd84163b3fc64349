"""Serve the playground: `python -m playground` does what the command does."""

from playground.ui.server.command import main

if __name__ == "__main__":
    main()
