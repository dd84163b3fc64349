import dataclasses

import numpy as np
import pytest
import torch

from playground.core import analysis, catalog, data, training, verdict
from playground.core.settings import Settings
from playground.features.learning_rates import bases, knobs, speeds, work
from playground.features.learning_rates.results import RATE_KINDS, Attempt, Fewest
from playground.lessons.learning_rates import sweep as lesson
from playground.lessons.linear_regression import fit_linear
from playground.lessons.polynomial import fit_optim
from tests.samples import length

OWN = "0,1\n1,3\n2.5,2\n7,4"
PROBLEMS = [
    pytest.param("polynomial", {}, id="cubic"),
    pytest.param("polynomial", {"target": "exp", "noise": 0.3, "seed": 4}, id="noise"),
    pytest.param("polynomial", {"degree": 2, "target": "abs", "points": 50}, id="parabola"),
    pytest.param("polynomial", {"momentum": 0.6}, id="momentum"),
    pytest.param("one_weight", {"epochs": 200}, id="one weight"),
    pytest.param("linear_regression", {}, id="line"),
    pytest.param("linear_regression", {"data": OWN, "noise": 0.2}, id="own points"),
    pytest.param("linear_regression", {"centre": True, "noise": 0.5}, id="centred"),
]


@pytest.fixture
def double():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def some(lab, count=6):
    """Return the places of some rates, those about the border among them."""
    about = int(np.searchsorted(lab.rates, lab.border))
    return sorted({*np.linspace(0, len(lab.rates) - 1, count).astype(int), about - 1, about})


def alone(fit, rate):
    """Return the losses of a run by itself, in float64, at one rate: by the ladder's own lesson."""
    given = {"epochs": fit.epochs, "learning_rate": float(rate)}
    if fit.ladder == "one_weight":
        return training.run(Settings.of("numpy", ladder="one_weight", **given)).loss
    if fit.ladder == "polynomial" and fit.degree == 3 and not fit.momentum:
        given |= {name: getattr(fit, name) for name in ("target", "points", "noise", "seed")}
        return training.run(Settings.of("numpy", **given)).loss
    x, y = (torch.tensor(values) for values in data.sample_for(fit))
    if fit.ladder == "linear_regression":
        train, own = fit_linear.train, {"centre": fit.centre}
    else:
        train, own = fit_optim.train, {"degree": fit.degree}
    steps = train(x, y, data.start(fit), **given, **own, optimizer="SGD", momentum=fit.momentum)
    losses = []
    for loss, _weights in steps:
        losses.append(loss.item())
        if not np.isfinite(losses[-1]):
            break
    return np.array(losses)


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize(("ladder", "given"), PROBLEMS)
def test_a_sweep_equals_single_runs_at_the_same_rates(ladder, given, pytestconfig):
    lab = knobs.lab(ladder, **{"epochs": length(pytestconfig, 200, 2000)} | given)
    at = some(lab)
    losses, _ = work.record(lab.fit, lab.rates)
    for place in at:
        with np.errstate(over="ignore", invalid="ignore"):
            single = alone(lab.fit, lab.rates[place])
        ours = losses[:, place]
        ended = len(single) if np.isfinite(single[-1]) else len(single) - 1
        assert np.isfinite(ours[: ended - 1]).all()
        if ended < len(single):
            assert not np.isfinite(ours[ended + 1 :]).any()
        rounding = 1e-20 * single[0]  # of a float64, squared: where the floor is 0
        np.testing.assert_allclose(ours[: ended - 1], single[: ended - 1], rtol=1e-9, atol=rounding)


@pytest.mark.parametrize(("ladder", "given"), PROBLEMS)
def test_the_border_lies_within_one_step_of_what_is_computed(ladder, given):
    lab = knobs.lab(ladder, **{"epochs": 500} | given)
    (found,) = work.swept(lab)
    diverged = np.array([kind == "diverged" for kind in found.kinds])
    assert 0 < diverged.sum() < len(diverged)
    last, first = found.rates[~diverged].max(), found.rates[diverged].min()
    assert last < first
    step = found.rates[1] / found.rates[0]
    curvature = np.linalg.eigvalsh(analysis.quadratic_for(lab.fit).hessian)[-1]
    border = 2 * (1 + lab.fit.momentum) / curvature
    assert last / step <= border <= first * step
    assert lab.border == pytest.approx(border)


@pytest.mark.parametrize(
    "given", [{}, {"epochs": 60}, {"target": "exp", "noise": 0.3, "epochs": 100}]
)
def test_a_kind_agrees_with_the_verdict_on_the_stages_own_run(given):
    lab = knobs.lab("polynomial", **given)
    (found,) = work.swept(lab)
    for place in some(lab, 5):
        run = training.run(knobs.replayed(lab, found.rates[place]))
        judged = verdict.judge(run, knobs.replayed(lab, found.rates[place]))
        kind = found.kinds[place]
        if kind == "oscillating" and judged.kind in RATE_KINDS["crawling"]:
            assert run.epochs[-1] == run.epochs[-2] + 1
            first, second = np.diff(run.weights[-3:], axis=0)
            assert first @ second < 0  # its last step turned back
        else:
            assert judged.kind in RATE_KINDS[kind]


@pytest.mark.parametrize("epochs", [10, 30, 2000])
@pytest.mark.parametrize("ladder", knobs.FITS)
def test_nothing_below_the_border_is_called_diverged(ladder, epochs):
    lab = knobs.lab(ladder, momentum=0.9, epochs=epochs)
    (found,) = work.swept(lab)
    below = found.rates < lab.border
    assert "diverged" not in np.array(found.kinds)[below]
    assert "diverged" in np.array(found.kinds)[~below]
    grown = found.final > 1.2 * found.first
    assert set(np.array(found.kinds)[grown & below]) <= {"oscillating"}


def test_a_run_that_still_rises_below_the_border_does_come_down():
    lab = knobs.lab("one_weight", momentum=0.9, epochs=10)
    (found,) = work.swept(lab)
    (later,) = work.swept(knobs.lab("one_weight", momentum=0.9, epochs=600))
    rising = (found.final > 1.2 * found.first) & (found.rates < 0.99 * lab.border)
    assert rising.any()
    assert (later.final[rising] < later.first).all()


def test_the_fastest_is_one_that_stays():
    (real,) = work.swept(knobs.lab("one_weight", epochs=20))

    def fastest(*kinds, reached):
        rates = real.rates[: len(kinds)]
        return dataclasses.replace(
            real, rates=rates, kinds=kinds, reached=np.array(reached)
        ).fastest

    assert fastest("crawling", "oscillating", "good", "good", reached=[-1, 5, 9, 9]) == 2
    assert fastest("crawling", "oscillating", "oscillating", reached=[-1, 9, 5]) == 2
    assert fastest("crawling", "oscillating", reached=[-1, -1]) is None


def test_all_four_kinds_occur_and_every_verdict_has_one():
    (found,) = work.swept(knobs.lab("one_weight"))
    assert set(found.kinds) == set(RATE_KINDS)
    assert sorted(v for kind in RATE_KINDS.values() for v in kind) == sorted(verdict.KINDS)
    of = dict(zip(found.rates.tolist(), found.kinds, strict=True))
    border = knobs.lab("one_weight").border
    swinging = [rate for rate, kind in of.items() if kind == "oscillating"]
    assert border / 2 < min(swinging) < max(swinging) <= 1.01 * border  # where 1 - rate λ < 0


def test_a_rate_that_overflows_harms_no_other():
    fit = knobs.lab("polynomial", epochs=300).fit
    calm, wild = np.array([1e-6, 2e-6]), np.array([1e-6, 1e300, 2e-6, 10.0])
    losses, _ = work.record(fit, wild)
    np.testing.assert_array_equal(losses[:, [0, 2]], work.record(fit, calm)[0])
    assert not np.isfinite(losses[-1, [1, 3]]).any()


def test_few_rows_stand_for_many_points_exactly():
    columns, y, start = bases.problem(knobs.lab("polynomial", noise=0.5).fit)
    rows, target, rest = lesson.turn(torch.tensor(columns), torch.tensor(y))
    assert rows.shape == (4, 4)
    for w in (start, 100 * start, np.zeros(4)):
        told = np.square(rows.numpy() @ w - target.numpy()).sum() + rest.item()
        assert told == pytest.approx(np.square(columns @ w - y).sum(), rel=1e-12)


@pytest.mark.slow
def test_an_attempt_ends_where_the_stages_own_run_arrives(monkeypatch, pytestconfig):
    monkeypatch.setattr(work, "LIMIT", length(pytestconfig, 2000, work.LIMIT))
    lab = knobs.lab("polynomial")
    fit = knobs.contest(lab)
    (one,) = work.attempt(fit, 2e-6)
    loss = training.run(Settings.of("numpy", learning_rate=2e-6)).loss
    arrived = int(np.argmax(loss <= 1.01 * lab.best.floor))
    assert one.reached == one.ended == one.epochs[-1] == arrived > 100
    np.testing.assert_allclose(one.loss, loss[one.epochs], rtol=1e-9)
    (over,) = work.attempt(fit, 5e-6)
    assert over.reached is None
    assert not over.finite
    (slow,) = work.attempt(fit, 1e-8)
    assert (slow.reached, slow.finite, slow.ended) == (None, True, work.LIMIT)


def closed_form(fit, rates, epochs):
    """Return the loss after each of `epochs` at each rate, by the eigen-directions."""
    best = analysis.quadratic_for(fit)
    values, vectors = np.linalg.eigh(best.hessian)
    away = (np.array(data.start(fit)) - best.weights) @ vectors
    shrink = (1 - rates[:, None] * values) ** (2 * epochs[:, None, None])
    return best.floor + (values * away**2 * shrink).sum(axis=-1) / 2


@pytest.mark.parametrize(
    ("ladder", "given"),
    [("polynomial", {}), ("polynomial", {"seed": 5}), ("linear_regression", {"noise": 0.4})],
)
def test_without_momentum_no_rate_is_faster_than_the_one_found(ladder, given):
    fit = knobs.contest(knobs.lab(ladder, **given))
    (found,) = work.fewest(fit)
    border = analysis.quadratic_for(fit).stable_rate
    rates = np.linspace(0.01, 0.9999, 4000) * border
    before = np.array([found.epochs - 1, found.epochs])
    earlier, then = closed_form(fit, rates, before).min(axis=1)
    first = closed_form(fit, rates[:1], np.array([0]))[0, 0]
    near = analysis.near(analysis.quadratic_for(fit).floor, first)
    assert earlier > near  # none of 4000 is there an epoch before
    assert closed_form(fit, np.array([found.rate]), before[1:])[0, 0] <= near
    assert then <= near


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_one_weight_can_arrive_in_one_step(momentum):
    """The first step knows no momentum yet."""
    (found,) = work.fewest(knobs.contest(knobs.lab("one_weight", momentum=momentum)))
    assert found.epochs == 1
    assert found.rate == pytest.approx(knobs.lab("one_weight").border / 2, rel=1e-4)


@pytest.mark.parametrize("momentum", [0.5, 0.7, 0.9])
@pytest.mark.parametrize(("ladder", "given"), [("polynomial", {}), ("linear_regression", {})])
def test_with_momentum_no_rate_of_a_wide_grid_is_faster(ladder, given, momentum):
    lab = knobs.lab(ladder, momentum=momentum, **given)
    fit = knobs.contest(lab)
    (found,) = work.fewest(fit)
    rates = np.linspace(0, lab.border, 1001)[1:]
    losses, _ = work.record(dataclasses.replace(fit, epochs=found.epochs), rates)
    assert (losses > analysis.near(lab.best.floor, losses[0, 0])).all()  # none is there before
    (one,) = work.attempt(fit, found.rate)
    assert one.reached == found.epochs


def test_a_visitors_faster_rate_takes_the_place_of_the_one_found():
    def tried(rate, reached):
        return Attempt(rate, reached, 9, True, np.arange(1), np.ones(1))

    found, none = Fewest(0.1, 20), Fewest(float("nan"), None)
    assert found.beside([]) == found.beside([tried(0.3, 21), tried(0.4, None)]) == found
    assert found.beside([tried(0.3, 19), tried(0.2, 18)]) == Fewest(0.2, 18)
    assert none.beside([tried(0.3, 90)]) == Fewest(0.3, 90)
    assert none.beside([tried(0.3, None)]) is none


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ladder", "given"),
    [
        ("polynomial", {"epochs": 100}),
        ("polynomial", {"degree": 5, "noise": 1.0, "epochs": 100}),
        ("linear_regression", {"data": OWN, "epochs": 100}),
    ],
)
def test_the_bases_are_one_fit_in_other_weights(ladder, given, monkeypatch, pytestconfig):
    # long enough for those that are scaled
    monkeypatch.setattr(work, "LIMIT", length(pytestconfig, 3000, work.LIMIT))
    monkeypatch.setattr(work, "REFINED", length(pytestconfig, 1, work.REFINED))
    lab = knobs.lab(ladder, **given)
    raw, scaled, orthogonal = work.bases(lab)
    for basis in (raw, scaled, orthogonal):
        assert basis.swept.first == pytest.approx(raw.swept.first, rel=1e-9)
        columns, y, _ = bases.problem(lab.fit, basis.name)
        hessian = 2 * columns.T @ columns / (len(y) if lab.fit.mean else 1)
        assert basis.border == pytest.approx(2 / np.linalg.norm(hessian, 2))
        assert basis.condition == pytest.approx(np.linalg.cond(hessian), rel=1e-3)
        least = np.linalg.lstsq(columns, y, rcond=None)[0]
        residual = np.square(columns @ least - y).sum() / (len(y) if lab.fit.mean else 1)
        assert residual == pytest.approx(lab.best.floor, rel=1e-6)
    assert raw.condition > scaled.condition > orthogonal.condition
    assert orthogonal.condition == pytest.approx(1)
    assert orthogonal.fewest.epochs == 1  # equally steep on all sides: straight to the bottom
    assert 1 < scaled.fewest.epochs <= (raw.fewest.epochs or work.LIMIT)


@pytest.mark.parametrize(
    ("ladder", "given", "share", "tolerance"),
    [
        ("polynomial", {}, 0.3, 1e-9),
        ("polynomial", {"epochs": 300}, 1.02, 1e-9),
        ("polynomial", {"degree": 2, "target": "exp"}, 0.9, 1e-3),
        ("linear_regression", {"noise": 0.2}, 0.7, 1e-3),
        ("linear_regression", {"data": OWN}, 1.1, 1e-3),
    ],
)
def test_the_measured_speed_is_that_of_the_formula(ladder, given, share, tolerance):
    lab = knobs.lab(ladder, **given)
    settings = knobs.replayed(lab, share * lab.border)
    run = training.run(settings)
    told = speeds.factors(lab.best, settings.learning_rate)
    seen = speeds.measured(run, lab.best, settings)
    known = [(s, t) for s, t in zip(seen, told, strict=True) if s is not None]
    assert len(known) >= 2
    np.testing.assert_allclose(*zip(*known, strict=True), rtol=tolerance)
    assert (told[-1] < -1) == (share > 1)


def test_with_momentum_the_speed_is_about_that_of_the_formula():
    lab = knobs.lab("one_weight", momentum=0.9, epochs=120)
    settings = knobs.replayed(lab, 0.01)
    assert settings.stage == "loss_and_optimizer"
    (seen,) = speeds.measured(training.run(settings), lab.best, settings)
    (told,) = speeds.factors(lab.best, 0.01, 0.9)
    assert told == pytest.approx(np.sqrt(0.9))
    assert seen == pytest.approx(told, rel=0.02)


def test_what_rounding_hides_is_not_measured():
    lab = knobs.lab("one_weight", epochs=30)
    settings = knobs.replayed(lab, lab.border / 2)  # there in one step
    assert speeds.measured(training.run(settings), lab.best, settings) == [None]


def test_the_lesson_fits_on_one_screen_and_imports_torch_alone():
    source = catalog.source("learning_rates", "sweep")
    assert len(source.splitlines()) <= 60
    assert max(map(len, source.splitlines())) <= 68
    assert [line for line in source.splitlines() if "import" in line] == ["import torch"]
