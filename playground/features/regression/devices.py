"""Which of two processors made the same run faster, and why: in words."""

from __future__ import annotations

from playground.core.i18n import Translate

ALIKE = 1.1  # times as long: no winner


def said(device: str, seconds: float, cpu: float, epochs: int, points: int, _: Translate) -> str:
    """Return who won and why, for a run that took `device` so many seconds, and the CPU `cpu`.

    epochs: how many both ran. points: how many numbers each operation worked on.
    """
    slower, faster = max(seconds, cpu), min(seconds, cpu)
    numbers = {
        "device": device,
        "times": f"{slower / faster:.3g}" if faster else "∞",
        "here": f"{1e6 * seconds / epochs:,.0f}",
        "cpu": f"{1e6 * cpu / epochs:,.0f}",
        "points": f"{points:,}",
    }
    if slower <= ALIKE * faster:
        who = _("Neither won: they differ by less than a tenth.")
    elif cpu < seconds:
        who = _("The cpu won: {device} took {times} times as long.")
    else:
        who = _("{device} won: the cpu took {times} times as long.")
    pace = _("An epoch took {device} {here} µs and the cpu {cpu} µs.")
    return f"{who} {pace} {_why(seconds, cpu, _)}".format(**numbers)


def _why(seconds: float, cpu: float, _: Translate) -> str:
    if cpu * ALIKE < seconds:
        return _(
            "Each epoch is a few dozen small operations, one after another, on {points} numbers. "
            "To start one on {device} takes longer than the sums in it; the cpu starts at once. "
            "{device} pays where one operation has millions of numbers to share out."
        )
    if seconds * ALIKE < cpu:
        return _(
            "Each epoch is a few dozen operations on {points} numbers: not many to share out. So "
            "this cpu must be slow at starting them, or busy with the runs of others; train once "
            "more to see whether it lasts."
        )
    return _(
        "Each epoch is a few dozen small operations on {points} numbers: starting them takes most "
        "of the time, on both."
    )
