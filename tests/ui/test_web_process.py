"""The web process: it shows every page, and torch stays in its workers."""

import json
import subprocess
import sys

import pytest

from playground.features import PAGES

PROGRAM = """
import json, sys
from pathlib import Path
from playground.features import PAGES
from playground.ui import workers
from tests.visits import visit

BOXES = {
    "stages": ["graph", "table", "take_home", "runs", "builder"],
    "regression": ["save", "load", "fail", "valley", "predicted"],
    "optimizers": ["race_apart", "race_by_hand"],
}
LABS = ("sweep", "challenge", "conditioning")
LINKS = {"learning_rates": [{"lab": lab, "ladder": "one_weight"} for lab in LABS]}
if __name__ == "__main__":
    workers.open_queue()
    try:
        seen = {}
        for slug in PAGES:
            for query in LINKS.get(slug, [{}]):
                at = visit(slug, **query)
                for box in BOXES.get(slug, []):
                    at.session_state[box] = True
                at.run()
                seen[slug] = [error.value for error in at.exception]
                # a lesson may show what torch raised; a job that failed may not
                failed = [box.value for box in at.error if box.value in workers.FAILURES.values()]
                seen[slug] += failed
    finally:
        workers.close_queue()
    torch = [name for name in sys.modules if name.split(".")[0] == "torch"]
    lessons = [name for name in sys.modules if name.startswith("playground.lessons.")]
    if sys.platform == "linux" and "libtorch" in Path("/proc/self/maps").read_text():
        torch.append("libtorch")
    print(json.dumps({"seen": seen, "torch": torch, "lessons": lessons}))
"""


@pytest.mark.slow
def test_every_page_is_shown_without_torch_in_the_web_process():
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=300
    )
    assert found.returncode == 0, found.stderr
    told = json.loads(found.stdout.splitlines()[-1])
    assert list(told["seen"]) == list(PAGES)
    assert told["torch"] == told["lessons"] == []
    assert not any(told["seen"].values()), told["seen"]
