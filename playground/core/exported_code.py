"""The code of a run to take home, in parts: the lesson, the points, the run, the figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from playground.core import data, i18n, plotting
from playground.core.i18n import Translate
from playground.core.settings import Settings


@dataclass(frozen=True)
class Section:
    """A part of the file: the id of its cell, what it is, in a sentence, and its code."""

    slug: str
    about: str
    code: str


def packages(settings: Settings) -> str:
    """Return the names of the packages that the code imports."""
    return "torch numpy plotly" if settings.lesson.on_tensors else "numpy plotly"


def sections(settings: Settings, language: str) -> Iterator[Section]:
    """Yield the parts, to be run in this order."""
    _ = i18n.translator(language)
    about = _("The lesson: the file that the page shows and runs, unchanged.")
    yield Section("lesson", about, settings.lesson.source)
    yield Section("points", _("The points, and the weights to begin with."), _points(settings))
    yield Section("run", _("The run, with your settings."), _run(settings, _))
    yield Section("figure", _("The figure: points, fit and loss."), _figure(settings, _))


def _points(settings: Settings) -> str:
    pairs = zip(data.start(settings), settings.weights, strict=True)
    start = [f"    {value!r},  # {weight.name}" for value, weight in pairs]
    made = ["import numpy as np", "", *data.recipe(settings)]
    return "\n".join([*made, "", "start = (", *start, ")"])


RUN = """
import math

{one_thread}np.seterr(over="ignore", invalid="ignore")  # {result}

settings = dict(
{settings}
)
losses = []  # {measured}
{tensor}

def run():
    steps = train({points}, start, **settings)
    while True:
        try:
            loss, weights = next(steps)
        except StopIteration as end:  # {end}
            return end.value
        losses.append(loss.item())
        if not math.isfinite(losses[-1]):  # {diverged}
            return weights


weights = {weights}

# {some}
every = max(1, len(losses) // 10)
for epoch, loss in enumerate(losses):
    if epoch % every == 0 or epoch == len(losses) - 1:
        print("epoch", epoch, "loss", loss)
print("weights", {named})
"""
TENSOR = """

def tensor(values):
    return torch.tensor(values, dtype=torch.float32, device="{device}")
"""
PLAIN = "[float(w) for w in run()]"
RAVELLED = "[float(v) for w in run() for v in np.ravel(w)]"
FLAT = "torch.cat([w.detach().cpu().flatten() for w in run()]).tolist()"


def _run(settings: Settings, _: Translate) -> str:
    """Return the code of the run; what the learner set stands in it as Python writes it."""
    tensors = settings.lesson.on_tensors
    shaped = any(weight.shape for weight in settings.weights)
    given = [f"    {name}={_python(v)}," for name, v in settings.keywords.items()]
    why = _("one, as on the page: a sum of floats depends on its order")
    return RUN.format(
        one_thread=f"torch.set_num_threads(1)  # {why}\n" if tensors else "",
        result=_("a run that diverges is a result too"),
        settings="\n".join(given),
        measured=_("one an epoch, measured before its update"),
        tensor=TENSOR.format(device=settings.device) if tensors else "",
        points="tensor(x), tensor(y)" if tensors else "x, y",
        end=_("it is over; these are the weights after the last update"),
        diverged=_("diverged: the page stops here too"),
        weights=FLAT if tensors else RAVELLED if shaped else PLAIN,
        some=_("Some losses, with all their digits; `losses` has every one, as the page's CSV."),
        named="weights" if shaped else f"dict(zip({_listed(data.names(settings))}, weights))",
    ).strip()


def _listed(names: Sequence[str]) -> str:
    """Return names as Python iterates over them: letters as one text."""
    letters = "".join(names)
    if len(letters) == len(names):
        return _python(letters)
    return f"[{', '.join(map(_python, names))}]"


def _python(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


FIGURE = """
from plotly.subplots import make_subplots

at = np.linspace(x.min(), x.max(), 200)
{curve}
room = {room} * (np.ptp(y) or 1.0)

figure = make_subplots(rows=2)
figure.add_scatter(x=x, y=y, name="data", mode="markers", marker_color="{grey}")
figure.add_scatter(x=at, y=curve, name="fit", line_color="{blue}")
{more}figure.add_scatter(y=losses, name="loss", line_color="{red}", row=2, col=1)
figure.update_yaxes(title="y", range=[y.min() - room, y.max() + room], row=1, col=1)
figure.update_yaxes(title="loss", type="log", row=2, col=1)
figure.update_xaxes(title="epoch", row=2, col=1)
figure.show()
"""


def _figure(settings: Settings, _: Translate) -> str:
    form = settings.lesson.form
    return FIGURE.format(
        curve=form.code(settings),
        room=plotting.ROOM,
        more=form.more_code(plotting.FIT, _),
        grey=plotting.DATA,
        blue=plotting.FIT,
        red=plotting.LOSS,
    ).strip()
