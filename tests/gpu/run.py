#!/usr/bin/env python3
"""Prove what is promised of a GPU, on a machine with CUDA, torch, numpy and Python 3.12 or near.

    python tests/gpu/run.py --prepare   where packages can be had: puts wheels beside this script
    python tests/gpu/run.py             on the machine with the GPU: needs no network

It takes less than three minutes, and prints the seconds of both processors. Other words go to
pytest; `--prepare 3.13` is for another Python.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WHEELS = HERE / "wheels"
# what training, saving and the workers import besides torch and numpy, and what tests them
NEEDED = ("babel", "cachetools", "lark", "psutil", "pytest")


def prepare(version):
    """Download the wheels that `NEEDED` takes, for Linux on x86-64."""
    target = [
        "--platform",
        "manylinux2014_x86_64",
        "--platform",
        "any",
        "--python-version",
        version,
    ]
    constraints = ["-c", str(ROOT / "constraints.txt")]
    pip = [sys.executable, "-m", "pip", "download", "-q", "--only-binary=:all:", *target]
    subprocess.run([*pip, *constraints, "-d", str(WHEELS), *NEEDED], check=True)
    size = sum(wheel.stat().st_size for wheel in WHEELS.glob("*.whl"))
    print(f"{len(list(WHEELS.glob('*.whl')))} wheels, {size / 1e6:.1f} MB, in {WHEELS}")


def prove(words):
    """Install the wheels apart from what the machine has, and run the tests; return the status."""
    if not any(WHEELS.glob("*.whl")):
        sys.exit(f"there are no wheels in {WHEELS}: run {Path(__file__).name} --prepare before")
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps"]
        wheels = sorted(map(str, WHEELS.glob("*.whl")))
        subprocess.run([*pip, "--target", folder, *wheels], check=True)
        paths = [folder, str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        pytest = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider"]
        return subprocess.run(
            [*pytest, "-W", "default", "--confcutdir", str(HERE), str(HERE), *words],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        ).returncode


if __name__ == "__main__":
    if sys.argv[1:2] == ["--prepare"]:
        prepare(sys.argv[2] if len(sys.argv) > 2 else "3.12")
    else:
        sys.exit(prove(sys.argv[1:]))
