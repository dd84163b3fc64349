"""Where a browser is: `./check` asks before it installs one, the tests before they start it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "microsoft-edge", "microsoft-edge-stable", "msedge",
)  # fmt: skip
# where an installer puts them without telling the PATH: macOS, then Windows
APPLICATIONS = tuple(
    Path(f"/Applications/{name}.app/Contents/MacOS/{name}")
    for name in ("Google Chrome", "Microsoft Edge", "Chromium")
)
PROGRAMS = ("Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe")
FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
# drawn by the processor, and with nothing going on that no test asked for
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
NONE = "No browser: install Chromium, Chrome or Edge, or leave it out with `./check --quick`."


def find() -> str | None:
    """Return the path of a browser on this machine, if any; None leaves it to Playwright's own."""
    places = (shutil.which(name) for name in NAMES)
    if on_path := next(filter(None, places), None):
        return on_path
    folders = (Path(os.environ[name]) for name in FOLDERS if name in os.environ)
    installed = (*APPLICATIONS, *(folder / name for folder in folders for name in PROGRAMS))
    return next((str(path) for path in installed if path.is_file()), None)
