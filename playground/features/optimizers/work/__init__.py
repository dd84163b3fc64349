"""The work of the race: the functions it goes down, the racers, one step taken apart."""
