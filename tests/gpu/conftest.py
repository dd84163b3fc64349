"""What was measured on the GPU is printed at the end."""

import pytest
import torch

ROWS = pytest.StashKey()


@pytest.fixture
def timed(pytestconfig):
    """Return a function that notes a row of the table: what ran, and the seconds on each device."""
    return pytestconfig.stash.setdefault(ROWS, []).append


def pytest_terminal_summary(terminalreporter, config):
    rows = config.stash.get(ROWS, [])
    if not rows:
        return
    terminalreporter.section(f"seconds on {torch.cuda.get_device_name()}, beside the CPU's")
    for what, cpu, cuda in rows:
        line = f"{what:<44} cpu {cpu:8.3f}   cuda {cuda:8.3f}   {cpu / cuda:6.2f} times as fast"
        terminalreporter.write_line(line)
