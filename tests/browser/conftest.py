"""A real server and a real browser: `server` is its address, `page` a fresh tab."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.conftest import PATIENCE

expect.set_options(timeout=PATIENCE)
ROOT = Path(__file__).parents[2]
RUN = [
    sys.executable, "-m", "streamlit", "run", "app.py",
    "--server.headless=true", "--server.address=127.0.0.1",
]  # fmt: skip


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """The app under `streamlit run`, and what it wrote to its log."""

    def __init__(self, log):
        self.port = free_port()
        self.log = log
        self.url = f"http://127.0.0.1:{self.port}"
        with log.open("w") as file:
            self.process = subprocess.Popen(
                [*RUN, f"--server.port={self.port}"],
                cwd=ROOT,
                stdout=file,
                stderr=subprocess.STDOUT,
                env=os.environ | {"NO_COLOR": "1"},
            )
        until = time.monotonic() + 60
        while not self.healthy():
            assert self.process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.1)

    def healthy(self):
        try:
            return urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5).status == 200
        except (urllib.error.URLError, OSError):
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("server") / "log.txt")
    yield server
    server.stop()
    log = server.log.read_text()
    assert "Traceback" not in log, log
    assert "Warning" not in log, log


@pytest.fixture
def open_tab(tabs):
    """Return a function that opens a tab; at the end, its console must have no errors."""
    errors = []

    with ExitStack() as opened:

        def open_tab(**options):
            page = opened.enter_context(tabs(**options))
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", lambda m: errors.append(m.text) if is_error(m) else None)
            return page

        yield open_tab
    assert errors == []


def sideways(page):
    """Return by how many pixels the page is wider than its window."""
    return page.evaluate("""() => {
      const main = document.querySelector('[data-testid="stMain"]');
      return Math.max(main.scrollWidth - main.clientWidth,
        document.documentElement.scrollWidth - document.documentElement.clientWidth);
    }""")


def still(page):
    """Wait until the page has run again, as something just done made it do."""
    page.wait_for_timeout(300)
    page.wait_for_function("""() => document.querySelector('[data-testid="stApp"]')
      .getAttribute('data-test-script-state') === 'notRunning'""")


def is_error(message):
    # Streamlit looks for its own address below a page's path and expects a 404 there.
    probes = ("/_stcore/health", "/_stcore/host-config")
    return message.type == "error" and not message.location["url"].endswith(probes)


@pytest.fixture
def page(open_tab):
    return open_tab()
