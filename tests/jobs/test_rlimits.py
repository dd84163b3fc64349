import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds memory")

BOUND = """
import resource
from playground.jobs import rlimits

def limits():
    return [resource.getrlimit(kind) for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU)]

resource.setrlimit(resource.RLIMIT_CPU, (100, resource.RLIM_INFINITY))
"""


def run(program):
    found = [sys.executable, "-c", BOUND + program]
    return subprocess.run(found, capture_output=True, text=True, timeout=60)


def test_a_second_bound_can_only_be_closer():
    done = run("""
rlimits.bound(100, 20)
first = limits()
rlimits.bound(1000, 200)
assert limits() == first
rlimits.bound(50, 10)
assert all(now[0] < then[0] for now, then in zip(limits(), first))
""")
    assert not done.returncode, done.stderr


def test_memory_past_the_bound_is_an_error():
    done = run("""
rlimits.bound(100, 20)
bytearray(50 * 2**20)
try:
    bytearray(150 * 2**20)
except MemoryError:
    print("refused")
""")
    assert done.stdout == "refused\n", done.stderr


@pytest.mark.slow
def test_time_past_the_bound_ends_the_process_with_a_signal_of_its_own():
    done = run("rlimits.bound(100, 0.5)\nwhile True: pass")
    assert -done.returncode == 24  # SIGXCPU
