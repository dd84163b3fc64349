"""A run to take home: as a script, as a notebook, and what it did as a table."""

from __future__ import annotations

from importlib import metadata as installed
from urllib.parse import quote, urlencode

from nbformat import v4

from playground.core import catalog, exported_code, history, i18n, kept_runs, texts
from playground.core import settings as knobs
from playground.core.history import History
from playground.core.settings import Settings

NAME = "Gradient Playground"
RULE = "-" * 76


def stem(settings: Settings) -> str:
    """Return a name for the files of a run; no module has it, so no import finds them instead."""
    return f"{settings.ladder}_{settings.stage}"


def script(settings: Settings, language: str, address: str = "") -> str:
    """Return a program that makes the run with `settings` by itself and draws it.

    language: of its comments. address: of the page, to link to.
    """
    lines = [
        *_origin(settings, language, address),
        f"pip install {exported_code.packages(settings)}",
    ]
    parts = ["\n".join(f"# {line}" for line in lines)]
    for section in exported_code.sections(settings, language):
        parts.append(f"# {RULE}\n# {section.about}\n\n{section.code}")
    return "\n\n\n".join(parts) + "\n"


def notebook(settings: Settings, language: str, address: str = "") -> bytes:
    """Return what `script` does as a Jupyter notebook: a cell for each part, of the same code."""
    title, made, url, *rest = _origin(settings, language, address)
    rest.append(f"`pip install {exported_code.packages(settings)} jupyter`")
    about = [f"# {title}", f"{made}\n<{url}>", texts.prose_for(settings, language).new]
    cells = [v4.new_markdown_cell("\n\n".join([*about, "\n".join(rest)]), id="about")]
    for section in exported_code.sections(settings, language):
        cells.append(v4.new_markdown_cell(section.about, id=f"{section.slug}-about"))
        cells.append(v4.new_code_cell(section.code, id=section.slug))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    whole: str = v4.writes_json(v4.new_notebook(cells=cells, metadata=metadata))
    return (whole + "\n").encode()


def csv(run: History) -> str:
    """Return a run as CSV: one row for each epoch, with the weights where they were kept.

    Every number has all its digits. The weights after the last update, whose loss nobody has
    measured, have a row of their own.
    """
    kept = dict(zip(run.epochs.tolist(), run.weights.tolist(), strict=True))
    last = list(run.final.values())
    if run.ended == history.DIVERGED:
        kept[len(run.loss) - 1] = last
    none = [""] * len(run.names)
    rows: list[list[object]] = [["epoch", "loss", *run.names]]
    rows += [[k, loss, *kept.get(k, none)] for k, loss in enumerate(run.loss.tolist())]
    if run.ended == history.FINISHED:
        rows.append([len(run.loss), "", *last])
    return "".join(",".join(map(str, row)) + "\n" for row in rows)


def link(settings: Settings, language: str, address: str = "") -> str:
    """Return the link to the page with `settings`, at the `address` of the page, as far as known.

    Whatever is in it, it is one line, and can end neither a comment nor a Markdown link.
    """
    lesson = settings.lesson
    ladder = catalog.LADDERS[lesson.ladder]
    optimizer = settings.optimizer if "optimizer" in lesson.knobs else None
    usual = knobs.defaults(lesson, optimizer)
    query: dict[str, object] = {"stage": lesson.slug} if len(ladder.lessons) > 1 else {}
    if optimizer and optimizer != lesson.defaults["optimizer"]:
        query["optimizer"] = optimizer
    for name in knobs.knobs(lesson, optimizer):
        value = getattr(settings, name)
        if value != usual[name]:
            query[name] = str(value).lower() if isinstance(value, bool) else value
    query["lang"] = language
    return f"{quote(address or ladder.page, safe=':/[]%')}?{urlencode(query, quote_via=quote)}"


def _origin(settings: Settings, language: str, address: str) -> list[str]:
    """Return where the file comes from, a line each: a title, by what, the link, and more."""
    _ = i18n.translator(language)
    changed = {name: v for name, v in kept_runs.changed(settings).items() if name != "data"}
    said = [f"{name} {value}" for name, value in changed.items()]
    said += [_("points of your own")] if settings.data else []
    return [
        _("{title}: a run of the Gradient Playground, to take home.").format(
            title=texts.prose(settings.lesson, language).title
        ),
        _("{name} {version} made it from this page:").format(name=NAME, version=_version()),
        link(settings, language, address),
        _("Set other than the tutorial: {settings}.").format(
            settings=_(", ").join(said) or _("nothing")
        ),
        _("On the same machine it prints the page's losses, to the last digit."),
        _("It needs Python and these packages:"),
    ]


def _version() -> str:
    try:
        return installed.version("gradient-playground")
    except installed.PackageNotFoundError:  # it runs from a copy that was never installed
        return "-"
