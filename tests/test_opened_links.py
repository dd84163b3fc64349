"""Published links, opened as a visitor does: what is shown is what was shown."""

import math
import random
import re
from urllib.parse import urlencode

from playground.core.i18n import translator
from tests.corpus import ASIDE, Link, corpus, told
from tests.opened import asks, language, opened, predict, shown, widgets

EACH = 3  # links of a page that are opened in an ordinary run
LOSS = 1e-4  # relative: what another version of torch may round otherwise
DIGIT = 1.1e-3  # relative: one unit in the last of the four digits that a page shows
NOTHING = 1e-9  # a loss of 0, to float32
NUMBER = re.compile(r"-?\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?")


def sample(seed):
    """Return some links of every page, none that takes long."""
    chance, pages = random.Random(seed), {}
    for link in filter(is_short, corpus()):
        pages.setdefault(link.page, []).append(link)
    return [one for links in pages.values() for one in chance.sample(links, EACH)]


def is_short(link):
    """Return whether what runs is done soon: a sweep has a hundred rates, its neighbours search."""
    sets = link.means["set"]
    runs = {"sweep": 100, "challenge": math.inf, "conditioning": math.inf}.get(sets.get("lab"), 1)
    return runs * sets.get("epochs", 1) < 20_000


def pytest_generate_tests(metafunc):
    if "link" in metafunc.fixturenames:
        option = metafunc.config.getoption
        links = corpus() if option("full") else sample(option("seed"))
        metafunc.parametrize("link", links, ids=[link.address[:80] for link in links])


def agree(found, held):
    """Return whether what a page shows is what it is held to show, to rounding."""
    if isinstance(held, dict):
        return found.keys() == held.keys() and all(agree(found[n], held[n]) for n in held)
    if isinstance(held, list):
        return len(found) == len(held) and all(map(agree, found, held))
    if isinstance(held, float):
        return math.isclose(found, held, rel_tol=LOSS, abs_tol=NOTHING)
    if isinstance(held, str) and isinstance(found, str) and found != held:
        numbers = [[float(n.replace(",", "")) for n in NUMBER.findall(t)] for t in (found, held)]
        near = (
            math.isclose(*pair, rel_tol=DIGIT, abs_tol=NOTHING)
            for pair in zip(*numbers, strict=True)
        )
        return NUMBER.sub("#", found) == NUMBER.sub("#", held) and all(near)
    return found == held


def test_a_link_opens_and_means_what_it_meant(link):
    at = opened(link)
    assert not at.exception
    task, held = link.means.get("task", {}), dict(link.means["shown"])
    assert task.get("text", "") in ["", *(one.value for one in at.text)]
    assert_warnings(at, link.means.get("broken", []))
    assert asks(at) == ("answer" in held)
    if asks(at):
        assert not at.metric
        assert predict(at, held.pop("answer")) == held.pop("right")
        assert not at.exception
    found = shown(at, link)
    assert not at.exception
    assert agree(found, held), f"it shows {found}"
    assert_knobs(at, link.means["set"], task)
    assert language(at) == link.means.get("lang", language(at))
    assert_address(at, link)


def assert_warnings(at, broken):
    """Assert that what means nothing in the link is named, and nothing else."""
    _ = translator(language(at))
    said = _("This link holds values that mean nothing here; the defaults take their place:")
    warnings = [box.value for box in at.warning]
    assert broken or not any(said in warning for warning in warnings)
    for name in broken:
        assert any(name in warning for warning in warnings)


def assert_knobs(at, sets, task):
    """Assert that each knob says what it is held to, but for those that the task hides."""
    lock, hide = set(task.get("lock", [])), set(task.get("hide", []))
    unseen = hide | (lock & {"data"})  # where points are locked, there is no table of them
    there = widgets(at, sets)
    assert there == {name: value for name, value in sets.items() if name not in unseen}
    for name in lock & there.keys():
        assert at.get_by_key(name).disabled


def assert_address(at, link):
    """Assert that what then stands in the address bar means the same."""
    address = f"/{link.page}?{urlencode(at.query_params, doseq=True)}"
    again, aside = told(Link(address, {})), ASIDE.get(link.page, {})
    assert again.get("lang", language(at)) == language(at)
    assert again.get("task") == link.means.get("task")
    again, said = (
        {name: value for name, value in means["set"].items() if name not in aside}
        for means in (again, link.means)
    )
    assert again == said
