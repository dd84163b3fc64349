"""Numbers as they are sent to the browser: no more digits than can be seen, and valid JSON."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def to_digits(value: float, digits: int) -> float:
    """Return `value` to so many significant digits."""
    return float(f"{value:.{digits}g}")


def finite(values: Any, digits: int = 4) -> list[float | None]:
    """Return `values`, flat, to so many digits; None, a gap, where they are not finite."""
    flat = np.ravel(np.asarray(values, dtype=float)).tolist()
    return [to_digits(v, digits) if math.isfinite(v) else None for v in flat]


def positive(values: Any, digits: int = 7) -> list[float | None]:
    """Return `values` for a log axis, flat: None also where they are not above 0.

    Seven digits are those that a float32 has.
    """
    return [v if v is not None and v > 0 else None for v in finite(values, digits)]


def spread(count: int, most: int) -> NDArray[np.int64]:
    """Return the places of `most` of `count` values, evenly spread, the first and the last too."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(int))


def to_pixels(values: Array, axis: dict[str, Any]) -> Array:
    """Return `values` to a fifth of a pixel of `axis`, as most of what is sent is such curves.

    What is infinite, or has run far away, leaves the panel upright; nan stays nan.
    """
    low, high = axis["range"]
    far = 1e4 * (high - low)
    step = 10.0 ** -_decimals(axis)
    with np.errstate(invalid="ignore"):
        inside = np.clip(values, low - far, high + far)
    found: Array = np.round(np.round(inside / step) * step, max(0, _decimals(axis))) + 0.0
    return found


def rounded(values: Array, axis: dict[str, Any], digits: int = 4) -> Array:
    """Return `values` to so many digits, or to a fifth of a pixel of `axis` where that is finer.

    It halves what is sent. Infinite values are cut to 1e30; nan stays nan.
    """
    values = np.clip(np.asarray(values, dtype=float), -1e30, 1e30)
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.where(values == 0, 0, np.floor(np.log10(np.abs(values))))
    scale = 10.0 ** np.clip(np.maximum(digits - 1 - first, _decimals(axis)), -300, 250)
    found: Array = np.round(values * scale) / scale + 0.0
    return found


def _decimals(axis: dict[str, Any]) -> int:
    """Return the decimals that tell a thousandth of `axis`, below 0 for tens and hundreds."""
    low, high = axis["range"]
    return -math.floor(math.log10((high - low) / 1000))


def listed(values: Array) -> list[Any]:
    """Return `values` as nested lists for JSON, which knows no nan: None takes its place."""
    gaps = np.isnan(values)
    if gaps.any():
        values = values.astype(object)
        values[gaps] = None
    lists: list[Any] = values.tolist()
    return lists
