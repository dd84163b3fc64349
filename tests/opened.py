"""Open a published link as a visitor does, and read off the page what it shows."""

import json
import re
from functools import cache

from playground.core.catalog import LADDERS
from playground.core.i18n import translator
from playground.core.verdict_words import AT_FLOOR, BELOW, BESIDE_0, HELD, SEEN
from playground.ui import ROUTER, script
from tests.apps import AppTest
from tests.corpus import ARROW, Link, told

TRAINS = {ladder.page for ladder in LADDERS.values()}
BOXES = {  # what is named by a link but lies in a box, which a visitor opens
    "graph_epoch": "graph",
    "graph_step": "graph",
    "flip_epoch": "flips",
    "flip": "flips",
    "function": "sabotage",
    "from": "load",
    "more": "load",
    "broken": "fail",
    "apart": "race_apart",
    "apart_epoch": "race_apart",
    "by_hand": "race_by_hand",
}


def opened(link):
    """Return the page of `link`, its boxes open, its long run trained, before any prediction."""
    at = AppTest.from_file(ROUTER, default_timeout=600)
    at.switch_page(str(script(link.page)))
    at.query_params.update(link.query)
    for box in {BOXES[name] for name in link.query if name in BOXES}:
        at.session_state[box] = True
    if link.page in TRAINS:
        at.session_state["table"] = True
    at.run()
    if link.page in TRAINS and not at.metric and not at.button(key="train").disabled:
        at.button(key="train").click().run()
    return at


def line(address, answer=""):
    """Return the line of a new link for `links.txt`; `answer` is the right one, if it asks."""
    link = Link(address, {})
    at = opened(link)
    pressed = {"answer": answer, "right": predict(at, answer)} if asks(at) else {}
    found = {
        n: float(f"{v:.6g}") if isinstance(v, float) else v for n, v in shown(at, link).items()
    }
    means = told(link) | {"shown": pressed | found}
    return f"{address}{ARROW}{json.dumps(means, ensure_ascii=False)}"


def predict(at, answer):
    """Press what a task asks for before anything is shown; return whether the page calls it right.

    In the challenge it is not set beside anything.
    """
    at.button(key=f"predict_{answer}").click().run()
    return any(box.icon == ":material/target:" for box in at.success)


def asks(at):
    """Return whether the page waits for a prediction."""
    return any((one.key or "").startswith("predict_") for one in at.button)


def widgets(at, names):
    """Return what the page's widgets say, by their names in links, of those that are there."""
    found = {}
    for name in names:
        try:
            found[name] = at.get_by_key(name).value
        except KeyError:
            continue
    return found


def shown(at, link):
    """Return what the page shows beyond its knobs, as `links.txt` has it."""
    if link.page in TRAINS:
        return _run(at, link)
    pages = {"graph": _graph, "tracking": _tracking, "accumulation": _accumulation}
    pages |= {"learning_rates": _lab, "optimizers": _race, "teach": _teach, "home": _home}
    return pages[link.page](at)


def language(at):
    return at.get_by_key("lang").value


def _run(at, link):
    """Return how the run went; its last loss is that of the table, with all its digits."""
    _ = translator(language(at))
    found = _verdict(at)
    if found["verdict"] != "diverged":
        table = next(t.value for t in at.dataframe if _("epoch") in t.value)
        found["loss"] = float(table[_("loss")].iloc[-1])
        assert at.metric[0].value == f"{found['loss']:.4g}"
    if "at_x" in link.query:
        labels = [_("Before training"), _("After training"), _("Least squares")]
        found["y"] = [m.value for m in at.metric if m.label in labels]
    if "graph_epoch" in link.query:
        found["nodes"] = len(_nodes(at))
    return found


@cache
def _verdicts(lang):
    """Return the kind of each sentence that a verdict can be, as a pattern."""
    said = [
        *(one for texts in (SEEN, BESIDE_0, AT_FLOOR, HELD) for one in texts.items()),
        ("converged", BELOW),
    ]
    field = re.compile(r"\\\{(\w+)[^}]*\\\}")
    patterns = [
        (kind, field.sub("(.+?)", re.escape(translator(lang)(text)))) for kind, text in said
    ]
    return [(kind, re.compile(pattern)) for kind, pattern in patterns]


def _verdict(at):
    """Return the kind of verdict that stands on the page, and the epoch of a divergence."""
    boxes = [box.value for kind in (at.success, at.info, at.warning, at.error) for box in kind]
    matches = [
        (kind, match)
        for kind, pattern in _verdicts(language(at))
        for box in boxes
        if (match := pattern.match(box))
    ]
    (kind,) = {kind for kind, _match in matches}
    return {"verdict": kind} | ({"epoch": int(matches[0][1][1])} if kind == "diverged" else {})


def _nodes(at):
    """Return the lines in each box of the drawing: what it is, its value, its gradient."""
    drawing = at.get("graphviz_chart")[0].proto.spec
    return [label.split("\n") for label in re.findall(r'n\d+ \[label="([^"]*)"', drawing)]


def _graph(at):
    """Return how many nodes there are, and the values and gradients of those with a name."""
    found = {"raises": len(at.error), "nodes": 0, "values": {}, "gradients": {}}
    if at.get("graphviz_chart"):
        nodes = _nodes(at)
        found["nodes"] = len(nodes)
        for head, value, gradient in nodes:
            name, named, _what = head.partition(": ")
            if named:
                found["values"][name] = value.removeprefix("= ")
                if gradient.startswith("grad ") and gradient != "grad None":
                    found["gradients"][name] = gradient.removeprefix("grad ")
    return found


def _tracking(at):
    return {"line": at.code[1].value, "raises": len(at.error)}


def _accumulation(at):
    """Return the gradients or losses that a part is about."""
    part = at.get_by_key("part").value
    if part == "forgotten":
        return {"losses": [_or_none(one.value) for one in at.metric]}
    table = at.table[0].value
    if part == "retain":
        grads = {name: table[f"{name}.grad"].tolist() for name in "bw"}
        return {"grads": grads, "raises": len(at.error)}
    if part == "micro_batches":
        return {"times": table.iloc[:, 1].tolist(), "losses": table.iloc[:, 3].tolist()}
    (chosen,) = [row for row in table.to_numpy().tolist() if row[0].startswith("▸")]
    return {"grads": chosen[1]}


def _or_none(text):
    return text if re.fullmatch(r"[\d.,e+-]+", text) else None


def _lab(at):
    """Return how the rate fared, in the challenge at a press; or the conditions of the bases."""
    part = at.get_by_key("lab").value
    if part == "challenge":
        at.button(key="attempt").click().run()
        said = next(one.value for one in at.markdown if one.value.startswith("1. "))
        rate, epochs = re.findall(r"\d[\d.,]*(?:e-?\d+)?", said)[1:3]
        return {"rate": rate, "arrives": ":material/flag:" in said, "epochs": epochs}
    table = at.table[0].value
    if part == "conditioning":
        return {"conditions": table.iloc[:, 1].tolist(), "borders": table.iloc[:, 2].tolist()}
    return _verdict(at) | {"loss": at.metric[0].value, "border": table.iloc[-1, 2]}


def _race(at):
    if not at.table:
        return {"raises": len(at.error)}
    rows = at.table[0].value.iloc[:, [0, 2]].to_numpy().tolist()
    reached = {racer.split()[-1]: _or_none(epoch) for racer, epoch in rows}
    target = at.number_input(key="race_target").value
    return {"target": f"{target:.4g}", "reached": dict(sorted(reached.items()))}


def _teach(at):
    return {"links": bool(at.get("page_link")), "file": bool(at.get("download_button"))}


def _home(at):
    return {"links": bool(at.get("page_link"))}
