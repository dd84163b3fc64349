"""Run a generator in its own process: limits, a fair queue, progress, stop; here or on Dask."""
