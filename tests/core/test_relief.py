import re
import urllib.parse

import numpy as np
import pytest

from playground.core import relief
from playground.core.relief import PIXELS, SIDEWAYS, TURNS, UPWARDS, Relief

X, Y = np.linspace(-3.0, 5.0, 7), np.linspace(100.0, 130.0, 5)
BOWL = np.add.outer((Y - 110) ** 2 / 50, (X - 1) ** 2)


def tiles(seen):
    """Return the corners of the tiles in the picture, as places on the axes: (tiles, 4, 2)."""
    source = seen.picture("x", "y")["source"]
    head, svg = source.split(",", 1)
    assert head == "data:image/svg+xml"
    paths = re.findall(r"d='m([^z]+)z'", urllib.parse.unquote(svg))
    moves = np.array([re.findall(r"-?\d+", path) for path in paths], dtype=float)
    pixels = np.cumsum(moves.reshape(-1, 4, 2), axis=1)
    return (pixels * 2 / PIXELS - 1) * [SIDEWAYS, -UPWARDS]


@pytest.mark.parametrize("turn", TURNS)
def test_every_point_of_the_grid_is_a_corner_of_the_picture_where_a_mark_would_land(turn):
    seen = Relief(X, Y, BOWL, turn)
    drawn = tiles(seen).reshape(-1, 2)
    assert len(drawn) == 4 * 6 * 4
    right, up = seen.project(*np.meshgrid(X, Y), BOWL)
    for place in np.stack([right.ravel(), up.ravel()], axis=1):
        assert np.abs(drawn - place).max(axis=1).min() < 2 * SIDEWAYS / PIXELS


@pytest.mark.parametrize("turn", TURNS)
def test_the_box_and_its_words_fit_in_what_is_shown(turn):
    seen = Relief(X, Y, BOWL, turn)
    wide, high = (axis["range"][1] for axis in relief.plane())
    ticks = ([0.0, 20.0], ["0", "20"])
    for trace in seen.frame(("w", "b", "loss"), ticks, xaxis="x3", yaxis="y3"):
        assert trace["xaxis"] == "x3"
        assert max(abs(v) for v in trace["x"] if v is not None) < wide
        assert max(abs(v) for v in trace["y"] if v is not None) < high
    assert (np.abs(tiles(seen)).max(axis=(0, 1)) > [0.5 * wide, 0.5 * high]).all()


def test_higher_is_further_up_and_as_far_to_the_right():
    seen = Relief(X, Y, BOWL)
    right, up = seen.project([1.0, 1.0, 1.0], [110.0, 110.0, 110.0], [0.0, 10.0, 20.0])
    assert np.ptp(right) == 0
    assert up[1] - up[0] == pytest.approx(up[2] - up[1])
    assert up[1] > up[0]


def test_a_full_turn_of_the_table_comes_by_every_side():
    """Turned by half, what was at the left is at the right, and what was far is near."""
    one, other = Relief(X, Y, BOWL, 45), Relief(X, Y, BOWL, 225)
    middle = (X[[0, -1]].mean(), Y[[0, -1]].mean(), BOWL.min())
    corner = (X[0], Y[-1], BOWL.min())
    for axis in (0, 1):
        here, there = (
            seen.project(*corner)[axis] - seen.project(*middle)[axis] for seen in (one, other)
        )
        assert here == pytest.approx(-there)
        assert abs(here) > 0.1


def test_near_tiles_are_painted_over_far_ones():
    """A wall at the front hides what lies behind it, so that it comes last."""
    flat = np.zeros((3, 3))
    seen = Relief(np.arange(3.0), np.arange(3.0), flat)
    bottoms = tiles(seen)[..., 1].mean(axis=1)
    assert (np.diff(bottoms) <= 1e-9).all()


def test_a_surface_with_holes_is_drawn_around_them():
    holed = BOWL.copy()
    holed[2, 3] = np.nan
    assert len(tiles(Relief(X, Y, holed))) == 6 * 4 - 4
    assert len(tiles(Relief(X, Y, np.full_like(BOWL, np.nan)))) == 0


def test_a_flat_surface_and_a_lone_point_have_a_place():
    right, up = Relief(X, Y, np.full_like(BOWL, 7.0)).project(1.0, 115.0, 7.0)
    assert np.isfinite([right, up]).all()


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.0, 1.0, [0.0, 0.5, 1.0]),
        (-0.4, 2.3, [0.0, 1.0, 2.0]),
        (0.0, 190.0, [0.0, 50.0, 100.0, 150.0]),
        (99_990.0, 100_010.0, [99_990.0, 99_995.0, 100_000.0, 100_005.0, 100_010.0]),
        (-3e-7, 3e-7, [-2e-7, 0.0, 2e-7]),
        (5.0, 5.0, [5.0]),
    ],
)
def test_ticks_are_round_numbers_within(low, high, ticks):
    assert relief.nice(low, high) == pytest.approx(ticks, abs=1e-20)
