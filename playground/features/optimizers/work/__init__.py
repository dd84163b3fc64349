"""The work of the race: its functions, the racers, one step taken apart."""
