import random
import re
import subprocess
import sys

import numpy as np
import pytest
import torch

import playground
from playground.core import analysis, data, history, training
from playground.core.settings import DEVICES, OPTIMIZERS, Settings
from playground.lessons.polynomial import fit_custom_function, fit_numpy, fit_tensor
from tests.lessons import LESSONS, of
from tests.samples import length

CUBICS = ("numpy", "tensor", "autograd", "nn", "module")


@pytest.fixture
def double():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def test_the_custom_function_draws_the_published_curve():
    """The figures of the tutorial's "PyTorch: Defining New autograd Functions"."""
    run = playground.run("custom_function")
    published = [
        209.958, 144.661, 100.702, 71.035, 50.979, 37.403, 28.207, 21.973, 17.746, 14.878,
        12.932, 11.611, 10.714, 10.105, 9.692, 9.411, 9.221, 9.091, 9.003, 8.944,
    ]  # fmt: skip
    np.testing.assert_allclose(run.loss[99::100], published, rtol=1e-3)
    final = list(run.final.values())
    np.testing.assert_allclose(final, [0, -2.20853, 0, 0.255486], rtol=1e-3, atol=1e-6)


def test_equal_mathematics_draws_equal_curves(pytestconfig):
    epochs = length(pytestconfig, 500, 2000)
    runs = {stage: playground.run(stage, epochs=epochs, seed=5) for stage in CUBICS}
    runs["optim"] = playground.run("optim", optimizer="SGD", epochs=epochs, seed=5)
    for stage, run in runs.items():
        np.testing.assert_allclose(run.loss, runs["numpy"].loss, rtol=2e-4, err_msg=stage)
        np.testing.assert_allclose(run.loss, runs["tensor"].loss, rtol=1e-4, err_msg=stage)


def test_descent_follows_its_closed_form():
    """On a quadratic loss, w_k = w* + (I - rate H)^k (w_0 - w*)."""
    run = playground.run("numpy", epochs=50, learning_rate=1e-6, seed=3)
    best = analysis.quadratic(*data.sample("sin", 2000), degree=3)

    shrink = np.linalg.matrix_power(np.eye(4) - 1e-6 * best.hessian, 49)
    expected = best.weights + shrink @ (run.weights[0] - best.weights)

    np.testing.assert_allclose(run.weights[49], expected, rtol=1e-9)


def gradient_of_first_step(lesson, x, y, start, rate):
    """Recover the gradient that a lesson used: (before - after) / rate."""
    steps = lesson.train(x, y, start, epochs=2, learning_rate=rate)
    before = np.array(training.flat(next(steps)[1]))
    after = np.array(training.flat(next(steps)[1]))
    return (before - after) / rate


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize("lesson", [fit_numpy, fit_tensor, fit_custom_function])
def test_gradients_by_hand_agree_with_autograd_and_central_differences(lesson):
    x, y = data.sample("exp", 200)
    start = (0.3, -0.8, 0.1, 0.4)

    def loss(w):
        if lesson is fit_custom_function:
            z = w[2] + w[3] * torch.tensor(x)
            y_pred = w[0] + w[1] * (5 * z**3 - 3 * z) / 2
        else:
            y_pred = sum(w[k] * torch.tensor(x) ** k for k in range(4))
        return (y_pred - torch.tensor(y)).pow(2).sum()

    weights = torch.tensor(start, requires_grad=True)
    (by_autograd,) = torch.autograd.grad(loss(weights), weights)
    h = 1e-5
    by_differences = [
        (loss(weights.detach() + h * e) - loss(weights.detach() - h * e)).item() / (2 * h)
        for e in torch.eye(4)
    ]
    points = (x, y) if lesson is fit_numpy else (torch.tensor(x), torch.tensor(y))
    by_hand = gradient_of_first_step(lesson, *points, start, 1e-3)

    np.testing.assert_allclose(by_hand, by_autograd.numpy(), rtol=1e-9)
    np.testing.assert_allclose(by_hand, by_differences, rtol=1e-6)


@pytest.mark.usefixtures("double")
def test_the_legendre_function_passes_gradcheck():
    z = torch.linspace(-2, 2, 9, requires_grad=True)
    assert torch.autograd.gradcheck(fit_custom_function.LegendrePolynomial3.apply, (z,))


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_loss_is_measured_before_the_update_and_the_weights_after_the_last(lesson):
    epochs = 20
    run, longer = (training.run(of(lesson, epochs=count)) for count in (epochs, epochs + 1))
    start = data.start(of(lesson))

    np.testing.assert_allclose(run.weights[0], start, rtol=1e-6)
    np.testing.assert_array_equal(run.loss, longer.loss[:-1])
    np.testing.assert_array_equal(list(run.final.values()), longer.weights[epochs])
    assert run.ended == history.FINISHED
    assert len(run.loss) == len(run.epochs) == epochs


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_recorded_loss_is_that_of_the_recorded_weights(lesson):
    """Whatever a stage calls its weights, the polynomial that is drawn has the loss that is."""
    settings = of(lesson, epochs=300)
    run = training.run(settings)
    x, y = data.sample_for(settings)
    squares = np.square(analysis.curves(settings, run.weights, x) - y)
    drawn = squares.mean(axis=-1) if settings.mean else squares.sum(axis=-1)
    told = run.loss[run.epochs]
    rounding = 1e-6 * told[0]  # of float32, where the loss has all but vanished
    nearest = (np.abs(drawn - told) / (told + rounding)).min(axis=0)  # of what dynamic may draw
    np.testing.assert_allclose(nearest, 0, atol=1e-4)


REACHES = {
    "SGD": {"momentum": 0.5, "nesterov": True, "weight_decay": 0.1, "dampening": 0},
    "RMSprop": {"alpha": 0.9, "eps": 1e-3, "momentum": 0.5, "weight_decay": 0, "centered": False},
    "Adam": {"betas": (0.8, 0.99), "eps": 1e-3, "weight_decay": 0.1, "amsgrad": False},
    "AdamW": {"betas": (0.8, 0.99), "eps": 1e-3, "weight_decay": 0.2, "amsgrad": False},
    "NAdam": {"betas": (0.8, 0.99), "eps": 1e-3, "momentum_decay": 0.01, "weight_decay": 0},
    "RAdam": {"betas": (0.8, 0.99), "eps": 1e-3, "weight_decay": 0},
    "Adagrad": {"lr_decay": 0.01, "eps": 1e-3, "weight_decay": 0, "initial_accumulator_value": 0},
    "Adadelta": {"rho": 0.8, "eps": 1e-3, "weight_decay": 0},
    "Rprop": {"etas": (0.4, 1.3)},
    "LBFGS": {"max_iter": 5, "history_size": 7, "line_search_fn": None},
}
GIVEN = {
    "momentum": 0.5, "nesterov": True, "weight_decay": 0.1, "alpha": 0.9, "beta1": 0.8,
    "beta2": 0.99, "eps": 1e-3, "momentum_decay": 0.01, "lr_decay": 0.01, "rho": 0.8,
    "etaminus": 0.4, "etaplus": 1.3, "max_iter": 5, "history_size": 7, "line_search": "none",
}  # fmt: skip


@pytest.mark.parametrize("stage", ["optim", "module"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizers_settings_reach_torch(name, stage, monkeypatch):
    """Every option is set to another value than its default, and is found in the optimizer."""
    made = []

    class Seen(getattr(torch.optim, name)):
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            made.append(self)

    monkeypatch.setattr(torch.optim, name, Seen)
    given = {option: GIVEN[option] for option in OPTIMIZERS[name].options}
    given |= {"weight_decay": 0.2} if name == "AdamW" else {}
    assert not given.items() & OPTIMIZERS[name].options.items()
    training.run(Settings.of(stage, optimizer=name, learning_rate=0.0123, epochs=2, **given))
    (group,) = made[0].param_groups
    assert {key: group[key] for key in REACHES[name]} == REACHES[name]
    assert group["lr"] == 0.0123


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_makes_torchs_own_steps(name):
    chosen = Settings.of("optim", optimizer=name, epochs=8)
    x, y = (torch.tensor(v, dtype=torch.float32) for v in data.sample_for(chosen))
    w = torch.tensor(data.start(chosen), requires_grad=True)
    more = {"history_size": 100, "line_search_fn": "strong_wolfe"} if name == "LBFGS" else {}
    optimizer = getattr(torch.optim, name)([w], lr=chosen.learning_rate, **more)

    def closure():
        optimizer.zero_grad()
        loss = (w[0] + w[1] * x + w[2] * x**2 + w[3] * x**3 - y).pow(2).sum()
        loss.backward()
        return loss

    losses = [float(optimizer.step(closure).detach()) for _ in range(8)]
    np.testing.assert_allclose(training.run(chosen).loss, losses, rtol=2e-3)


def test_numpy_warns_as_ever_between_the_parts_of_a_stream(monkeypatch):
    monkeypatch.setattr(training, "CHUNK_SECONDS", 0.0)
    usual = np.geterr()
    for _part in training.stream(Settings.of("numpy", epochs=3, learning_rate=1e-3)):
        assert np.geterr() == usual


def test_divergence_is_a_result():
    run = playground.run("autograd", learning_rate=4e-6)
    assert run.ended == history.DIVERGED
    assert not np.isfinite(run.loss[-1])
    assert np.isfinite(run.finite).all()
    assert len(run.loss) < 2000
    assert set(run.final) == {"a", "b", "c", "d"}


def test_chance_comes_from_the_seed_and_from_nowhere_else():
    before = random.getstate()
    one, same, other = (playground.run("dynamic", epochs=200, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(one.loss, same.loss)
    assert not np.array_equal(one.loss, other.loss)
    assert random.getstate() == before


def test_the_parts_of_a_stream_are_the_run(monkeypatch):
    monkeypatch.setattr(training, "CHUNK_SECONDS", 0.005)
    parts = list(training.stream(Settings.of("autograd", epochs=500)))
    assert len(parts) > 3
    joined = history.join(parts)
    whole = playground.run("autograd", epochs=500)
    np.testing.assert_array_equal(joined.loss, whole.loss)
    np.testing.assert_array_equal(joined.weights, whole.weights)
    assert all(part.ended is None for part in parts[:-1])


@pytest.mark.parametrize("device", sorted({*DEVICES} - {*next(training.machine())["devices"]}))
def test_a_device_that_is_not_here_raises_torchs_own_error(device):
    with pytest.raises((RuntimeError, AssertionError)) as torchs:  # its words differ by its build
        torch.tensor(0.0, device=device)
    with pytest.raises(torchs.type, match=f"^{re.escape(str(torchs.value))}$"):
        playground.run("tensor", device=device, epochs=1)


@pytest.mark.slow
def test_the_web_process_does_not_import_torch():
    program = "import sys, app; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
