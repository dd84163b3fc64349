"""The work on files: write those of a run, open one, train on from it."""
