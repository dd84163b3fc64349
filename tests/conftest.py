"""What the tests have in common: marks, a worker for a file, one thread each, samples."""

import gc
import os
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

# two threads that train small tensors mostly wait for each other, the more where others test; a
# run of the app has one too
os.environ["OMP_NUM_THREADS"] = "1"

import hypothesis
import pytest

from tests.browser import finding
from tests.samples import some

hypothesis.settings.register_profile("untimed", deadline=None)  # a slow machine passes too
hypothesis.settings.load_profile("untimed")

# first, or one worker would be left with them at the end
LONG = ("tests/browser/", "tests/jobs/", "tests/test_benchmarks.py")

# what --quick leaves out, and how many cases of each test it tries
LATER = ("browser", "cluster", "export", "slow")
CASES = 2

WINDOW = {"width": 1400, "height": 900}
PATIENCE = 60_000  # milliseconds


def pytest_addoption(parser):
    parser.addoption("--quick", action="store_true", help="a sample of what is quickly tested")
    parser.addoption("--full", action="store_true", help="try every case, not only a sample")
    parser.addoption("--seed", type=int, default=12, help="of the samples")


def pytest_terminal_summary(terminalreporter, config):
    if not config.getoption("full"):
        seed = config.getoption("seed")
        terminalreporter.write_line(f"samples of seed {seed}; --seed takes others, --full all")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    for item in items:
        for needed in {"browser", "cluster"} & {*item.fixturenames}:
            item.add_marker(needed)
    if config.getoption("quick"):
        left = quick(config, items)
        config.hook.pytest_deselected(items=[item for item in items if item not in left])
        items[:] = left
    items.sort(key=lambda item: [not item.nodeid.startswith(long) for long in LONG])


def quick(config, items):
    """Return those of `items` that are quick: of each test some cases, the same in each worker."""
    left = [item for item in items if not any(item.get_closest_marker(name) for name in LATER)]
    cases = groupby(left, key=lambda item: item.nodeid.partition("[")[0])
    groups = [list(group) for _name, group in cases]
    return [item for group in groups for item in some(config, group, min(CASES, len(group)))]


def pytest_collection_finish():
    """Let the collector of garbage leave alone what is there for good: it is much."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Keep the tests of a file in one worker, and all that open a browser: one at a time."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return LONG[0] if nodeid.startswith(LONG[0]) else nodeid.partition("::")[0]

    return Scheduling(config, log)


@pytest.fixture(scope="session")
def browser(request):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # without one on the machine: the one that `playwright install chromium` brings
        path = finding.find() or playwright.chromium.executable_path
        if not Path(path).exists():
            request.session.shouldfail = finding.NONE  # once, not for every test
            pytest.fail(finding.NONE, pytrace=False)
        flags = (*finding.FLAGS, "--process-per-site")
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def tabs(browser):
    """Return a function that opens a tab, for a `with`; nothing is left of it but compiled scripts.

    All tabs are in one process of the browser, which an empty one keeps alive: so a page costs
    half of what it costs a browser that sees the app for the first time.
    """
    with browser.new_context() as context:
        empty = context.new_page()
        empty.route("**", lambda route: route.fulfill(body=""))
        empty.goto("http://127.0.0.1")  # a site of the browser; the port makes no other

        @contextmanager
        def tab(viewport=WINDOW, patience=PATIENCE):
            page = context.new_page()
            page.set_viewport_size(viewport)
            page.set_default_timeout(patience)
            try:
                yield page
                page.evaluate("() => self.origin === 'null' || localStorage.clear()")
            finally:
                page.close()
                context.clear_cookies()

        yield tab
