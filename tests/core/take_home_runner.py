"""Run exported files, each in an empty folder and a process of its own, with nothing of ours.

A child is forked for each: what takes seconds to import is imported once.
"""

import json
import os
import runpy
import sys
import traceback
from pathlib import Path

import plotly.subplots  # noqa: F401
import torch._dynamo


def run(file):
    if file.suffix == ".py":
        return runpy.run_path(file.name, run_name="__main__")
    names = {"__name__": "__main__"}
    for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
    return names


def main(file):
    os.chdir(file.parent)
    ran = run(file)
    assert not [name for name in sys.modules if name.partition(".")[0] == "playground"]
    kept = {name: ran[name] for name in ("losses", "weights")}
    kept |= {name: ran[name].tolist() for name in ("x", "y", "at", "curve")}
    kept["threads"] = torch.get_num_threads()
    kept["traces"] = [trace["name"] for trace in ran["figure"]["data"]]
    file.with_suffix(".json").write_text(json.dumps(kept))


for name in sys.argv[1:]:
    child = os.fork()
    if not child:
        try:
            main(Path(name))
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit(f"{name} failed")
