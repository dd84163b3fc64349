import io
import math
import pickle
import subprocess
import sys
import warnings
import zipfile
from collections import Counter, OrderedDict

import numpy as np
import pytest
import torch

from playground.core import catalog, history, training
from playground.core.i18n import translator
from playground.core.settings import OPTIMIZERS, Settings
from playground.features.regression.saved import job, reasons, results, words
from playground.features.regression.saved.results import BROKEN, NAMES, Files
from playground.features.regression.saved.work import loading, states, writing
from playground.jobs.client import Queue
from playground.jobs.failure import MEMORY, TIMEOUT, Failure
from playground.jobs.job import FAILED, Job
from playground.jobs.limits import Limits

FINAL = (1.5, -0.5)


def line(**given):
    return Settings.of("linear", ladder="linear_regression", **{"epochs": 60, **given})


def made(settings, run=None) -> Files:
    run = run or training.run(settings)
    return next(writing.files(settings, results.updates(run), tuple(run.final.values())))


def opened(content):
    return torch.load(io.BytesIO(content), weights_only=True)


def written(thing, **how):
    file = io.BytesIO()
    torch.save(thing, file, **how)
    return file.getvalue()


def load(content, settings=None):
    return next(loading.file(settings or line(), FINAL, content))


def go_on(content, settings=None, epochs=50):
    return next(loading.train_on(settings or line(), content, epochs))


def numbers(state_dict):
    return [state_dict["weight"].item(), state_dict["bias"].item()]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("centre", [False, True])
def test_the_files_hold_the_weights_the_run_ended_with(optimizer, centre):
    settings = line(optimizer=optimizer, centre=centre, noise=0.5)
    run = training.run(settings)
    files = made(settings, run)
    checkpoint = opened(files.checkpoint)
    assert numbers(opened(files.weights)) == list(run.final.values())
    assert numbers(checkpoint["model_state_dict"]) == list(run.final.values())
    assert checkpoint["epoch"] == 60
    group = checkpoint["optimizer_state_dict"]["param_groups"][0]
    assert group["lr"] == settings.learning_rate


def test_a_run_that_diverged_is_saved_as_it_ended():
    settings = line(learning_rate=5.0, epochs=1000)
    run = training.run(settings)
    assert run.ended == history.DIVERGED
    weights = numbers(opened(made(settings, run).weights))
    np.testing.assert_array_equal(weights, list(run.final.values()))


def test_a_run_that_was_stopped_is_saved_as_it_was_kept():
    settings = line(epochs=1000)
    whole = training.run(settings)
    kept = whole.epochs <= 300
    part = history.History(
        names=whole.names, loss=whole.loss[:300],
        epochs=whole.epochs[kept], weights=whole.weights[kept],
    )  # fmt: skip
    run = history.stopped(part)
    assert results.updates(run) < 300
    assert numbers(opened(made(settings, run).weights)) == list(run.final.values())


def test_a_run_of_another_device_keeps_its_own_weights():
    settings = line(device="mps")  # which this machine need not have: only the weights come from it
    files = next(writing.files(settings, 60, FINAL))
    assert numbers(opened(files.weights)) == list(FINAL)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_lines_shown_open_the_files_in_plain_torch(optimizer, tmp_path, monkeypatch):
    settings = line(optimizer=optimizer)
    run = training.run(settings)
    files = made(settings, run)
    for slug, name in NAMES.items():
        (tmp_path / name).write_bytes(getattr(files, slug))
    monkeypatch.chdir(tmp_path)
    for slug in NAMES:
        space: dict = {}
        exec(results.opening(slug, optimizer), space)
        model = space["model"]
        assert [model.weight.item(), model.bias.item()] == list(run.final.values())
    assert type(space["optimizer"]).__name__ == optimizer
    assert space["optimizer"].param_groups[0]["lr"] == settings.learning_rate


@pytest.mark.slow
def test_the_lines_shown_need_nothing_of_ours(tmp_path):
    files = made(line())
    (tmp_path / NAMES["weights"]).write_bytes(files.weights)
    text = results.opening("weights", "SGD") + "\nprint(model.weight.item())"
    ran = subprocess.run(
        [sys.executable, "-I", "-c", text], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert float(ran.stdout) == opened(files.weights)["weight"].item()


def test_a_file_of_the_run_loads_and_predicts_as_the_run():
    settings = line(noise=1.0)
    run = training.run(settings)
    found = next(loading.file(settings, tuple(run.final.values()), made(settings, run).checkpoint))
    assert found.answer == "<All keys matched successfully>"
    assert (found.checkpoint, found.epoch, found.optimizer) == (True, 60, True)
    assert [(e.name, e.expected, e.found, e.dtype) for e in found.entries] == [
        ("weight", (1, 1), (1, 1), "float32"),
        ("bias", (1,), (1,), "float32"),
    ]
    np.testing.assert_array_equal(found.loaded, found.current)
    line_there = found.x * run.final["w"] + run.final["b"]
    np.testing.assert_allclose(found.loaded, line_there, rtol=1e-5)


def test_the_loaded_model_stands_beside_the_pages_own():
    found = load(written({"weight": torch.tensor([[3.0]]), "bias": torch.tensor([1.0])}))
    assert found.weights == {"weight": 3.0, "bias": 1.0}
    np.testing.assert_allclose(found.loaded, 3 * found.x + 1)
    np.testing.assert_allclose(found.current, FINAL[0] * found.x + FINAL[1])


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_with_its_state_a_run_goes_on_as_if_it_had_not_stopped(optimizer):
    extra = {"momentum": 0.9} if optimizer == "SGD" else {}
    files = made(line(optimizer=optimizer, **extra))
    whole = training.run(line(optimizer=optimizer, epochs=110, **extra))
    found = go_on(files.checkpoint, line(optimizer=optimizer, **extra))
    np.testing.assert_array_equal(found.state, whole.loss[60:])
    assert found.without[0] == found.state[0]
    assert (found.raised, found.refused, found.differ, found.foreign) == (None, "", (), ())
    if optimizer != "LBFGS":  # which has arrived: its state changes nothing any more
        assert not found.equal


def test_plain_sgd_has_nothing_to_lose():
    found = go_on(made(line()).checkpoint)
    assert found.equal
    assert "plain SGD keeps nothing" in words.compared(found, True, str)
    weights = go_on(made(line()).weights)
    assert weights.state is None
    np.testing.assert_array_equal(weights.without, found.without)
    assert "no optimizer's state" in words.compared(weights, True, str)


def test_the_state_of_another_optimizer_ends_in_torchs_own_error():
    found = go_on(made(line()).checkpoint, line(optimizer="Adam"))
    assert found.raised == Failure("KeyError", "'betas'")
    assert found.taken
    assert "'betas'" in words.stumble(found, str, str)
    assert len(found.without) == 50
    taken = go_on(made(line(optimizer="NAdam")).checkpoint, line(optimizer="Adam"))
    assert taken.foreign == ("mu_product",)
    assert not taken.raised


def test_a_state_brings_its_settings_and_the_page_says_so():
    found = go_on(made(line(learning_rate=0.005)).checkpoint)
    assert found.differ == (("lr", "0.005", "0.01"),)


SAID = {
    "missing_key": 'Missing key(s) in state_dict: "bias"',
    "unexpected_key": 'Unexpected key(s) in state_dict: "slope"',
    "size_mismatch": "size mismatch for weight",
    "not_a_dict": "Expected state_dict to be dict-like",
    "whole_module": "Unsupported global: GLOBAL torch.nn.modules.linear.Linear",
    "hostile": f"Unsupported global: GLOBAL {open.__module__}.open",  # io, or _io in Python 3.12
    "not_a_checkpoint": "Unsupported operand 119",
    "empty": "EOFError",
    "truncated": "failed finding central directory",
}
MEANT = {
    "missing_key": "parameters that the file does not name",
    "unexpected_key": "names that the model does not have",
    "size_mismatch": "the shapes do not",
    "not_a_dict": "no dict of names and tensors",
    "whole_module": "before anything runs",
    "hostile": "before anything runs",
    "not_a_checkpoint": "This is a table as text",
    "empty": "it is empty or cut off",
    "truncated": "a zip archive, whose table of contents",
}
REFUSED = ("not_finite", "oversized", "inflating")


def test_every_prepared_file_has_its_test_and_its_title():
    assert {*SAID, *REFUSED} == set(BROKEN) == set(words.TITLES)
    assert set(SAID) == set(MEANT)


@pytest.mark.parametrize("slug", BROKEN)
def test_a_broken_file_says_what_torch_says_and_what_it_means(slug, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert results.maker(slug).startswith(f"def {slug}(file):")
    (content,) = writing.broken(slug)
    found = load(content)
    assert not found.fits
    assert not found.created
    assert not list(tmp_path.iterdir())
    if slug in REFUSED:
        assert words.refusal(found, str, str)
        assert not found.raised
    else:
        assert SAID[slug] in str(found.raised)
        assert MEANT[slug] in reasons.explained(found, str, str)
        assert "\x1b" not in reasons.message(found.raised)


@pytest.mark.parametrize("said", ["EOFError: cut", "MemoryError", "UnpicklingError in it"])
def test_an_errors_class_in_the_text_of_another_means_nothing(said):
    kind = said.split(":")[0].split()[0]
    assert reasons.meaning(Failure("OSError", said)) == reasons.meaning(Failure("OSError"))
    assert reasons.meaning(Failure(kind)) != reasons.meaning(Failure("OSError"))


class Hostile:
    def __reduce__(self):
        return open, (results.HOSTILE_FILE, "w")


@pytest.mark.parametrize(
    "content",
    [
        written({"weight": Hostile(), "bias": 1.0}),
        written(Hostile(), _use_new_zipfile_serialization=False),
        written({"model_state_dict": {"weight": Hostile()}, "epoch": 3}),
        pickle.dumps(Hostile(), protocol=2),
        pickle.dumps(Hostile()),
    ],
)
def test_a_hostile_pickle_creates_nothing(content, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = load(content)
    assert "UnpicklingError" in found.raised.kind
    assert not list(tmp_path.iterdir())


def prepared_pickle():
    """Return the pickle in the prepared file, as the lesson's own class writes it."""
    with zipfile.ZipFile(io.BytesIO(next(writing.broken("hostile")))) as archive:
        return archive.read(next(n for n in archive.namelist() if n.endswith("data.pkl")))


@pytest.mark.filterwarnings("ignore:unclosed file")
@pytest.mark.parametrize("made", [prepared_pickle, lambda: pickle.dumps(Hostile())])
def test_the_hostile_pickle_would_work_if_it_were_let(made, tmp_path, monkeypatch):
    """Or the test above would hold for a harmless one too."""
    content = made()
    monkeypatch.chdir(tmp_path)
    pickle.loads(content)
    assert (tmp_path / results.HOSTILE_FILE).exists()


def test_nothing_of_ours_loads_without_weights_only():
    for path in catalog.FOLDER.parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for call in text.split("torch.load(")[1:]:
            assert "weights_only=True" in call.partition(")")[0], path


def edited(content, change):
    """Return the archive `content` with `change` made to what is in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for member in old.infolist():
            new.writestr(member.filename, change(member.filename, old.read(member)))
    return file.getvalue()


GOOD = written({"weight": torch.ones(1, 1), "bias": torch.ones(1)})
SHAPE = b"QK\x00K\x01K\x01\x86q\x08K\x01K\x01\x86"  # storage, offset 0, shape (1, 1), stride (1, 1)
HUGE = b"J\x00\x00\x00\x40"  # 2 ** 30


def repickled(old, new):
    def change(name, text):
        if not name.endswith("data.pkl"):
            return text
        assert old in text
        return text.replace(old, new)

    return edited(GOOD, change)


@pytest.mark.parametrize(
    "content",
    [
        repickled(SHAPE, b"QK\x00" + HUGE + b"K\x01\x86q\x08K\x01K\x01\x86"),  # 2**30 rows
        repickled(SHAPE, b"QK\x00" + HUGE + b"K\x01\x86q\x08K\x00K\x01\x86"),  # the same, over one
        repickled(b"K\x01tq\x07Q", HUGE + b"tq\x07Q"),  # 2**30 numbers in a file of one
        repickled(b"bias", b"bia\xff"),
        pickle.dumps({"weight": 1, "bias": 2}, protocol=2),
        b"\x80\x02X\xff\xff\xff\x7fabc.",  # a text of 2 GB
        b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b".",
        GOOD[:1000] + b"\x00" * 50 + GOOD[1050:],
        written(torch.ones(3, 3).to_sparse()),
        written({"weight": torch.ones(1, 1).to("meta"), "bias": torch.ones(1)}),
        written({"weight": torch.ones(1, 1).to_sparse(), "bias": torch.ones(1)}),
        written({"weight": 2.0, "bias": 1.0}),
        written({"model_state_dict": 5}),
        written([]),
        written(None),
    ],
)
def test_a_crooked_file_ends_in_a_sentence(content):
    found = load(content)
    assert not found.fits
    assert reasons.meaning(found.raised) if found.raised else found.refused


@pytest.mark.parametrize(
    ("thing", "slug"),
    [
        ({f"w{k}": torch.ones(1) for k in range(100)}, "many"),
        ({"x" * 1000: torch.ones(1)}, "names"),
        ({1: torch.ones(1)}, "names"),
        ({"weight": torch.ones(1, 1), "\ud800": torch.ones(1)}, "names"),
        ({"weight": torch.ones(1, 1), "bi\u202eas": torch.ones(1)}, "names"),
        ({"weight": torch.ones((1,) * 9)}, "dimensions"),
        ({"weight": torch.ones(1, 1, dtype=torch.complex64), "bias": torch.ones(1)}, "dtype"),
        ({"weight": torch.ones(1, 1, dtype=torch.int64), "bias": torch.ones(1)}, "dtype"),
        ({"weight": torch.full((1, 1), math.inf), "bias": torch.ones(1)}, "not_finite"),
        ({"weight": torch.full((1, 1), 1e300, dtype=torch.float64), "bias": torch.ones(1)},
         "not_finite"),
    ],
)  # fmt: skip
def test_a_surprise_is_refused_with_a_sentence(thing, slug):
    found = load(written(thing))
    assert found.refused == slug
    assert words.refusal(found, str, str)


def test_an_answer_stays_small_whatever_is_in_the_file():
    """Tensors of 200,000 dimensions fit into 1 MB; a table of their shapes would not."""
    wide = torch.ones(1).as_strided((1,) * 60, (1,) * 60)
    found = load(written({f"w{k}": wide for k in range(60)}))
    assert found.refused == "dimensions"
    assert len(pickle.dumps(found)) < 1000
    found = load(written({f"{k:0200}": torch.ones(1) for k in range(60)}))
    assert "Unexpected key" in found.raised.text
    assert len(pickle.dumps(found)) < 30_000


class Laden:
    """Pickled, it is an OrderedDict of `items` that has `attributes` besides."""

    def __init__(self, items, attributes):
        self.items, self.attributes = items, attributes

    def __reduce__(self):
        return OrderedDict, (), self.attributes, None, iter(self.items.items())


@pytest.mark.parametrize("attributes", [{"items": OrderedDict}, {"items": Counter}, {"get": "no"}])
def test_what_an_ordered_dict_carries_besides_is_dropped(attributes):
    weights = {"weight": torch.ones(1, 1, dtype=torch.complex64), "bias": torch.ones(1)}
    content = written(Laden(weights, attributes))
    assert vars(opened(content)) == attributes
    assert load(content).refused == "dtype"
    checkpoint = {"model_state_dict": torch.nn.Linear(1, 1).state_dict(), "epoch": 3}
    found = load(written(Laden(checkpoint, attributes)))
    assert (found.fits, found.epoch) == (True, 3)


def test_other_floating_point_is_taken_and_shown():
    found = load(written({"weight": torch.ones(1, 1).half(), "bias": torch.ones(1).double()}))
    assert found.fits
    assert [entry.dtype for entry in found.entries] == ["float16", "float64"]


def test_metadata_cannot_change_how_a_state_dict_is_loaded():
    state_dict = torch.nn.Linear(1, 1).double().state_dict()
    state_dict._metadata[""]["assign_to_params_buffers"] = True
    model = torch.nn.Linear(1, 1)
    model.load_state_dict(opened(written(state_dict)))
    assert model.weight.dtype == torch.float64  # in plain torch it does
    content = written(state_dict)
    assert load(content).fits
    assert go_on(content).without.shape == (50,)


def with_group(optimizer="Adam", **changes):
    checkpoint = opened(made(line(optimizer=optimizer)).checkpoint)
    checkpoint["optimizer_state_dict"]["param_groups"][0] |= changes
    return written(checkpoint)


@pytest.mark.parametrize(
    "changes",
    [
        {"lr": 1e9}, {"lr": math.nan}, {"lr": -1.0}, {"lr": torch.tensor(0.01)}, {"lr": "fast"},
        {"lr": 10**400}, {"betas": (0.9, 2.0)}, {"betas": 0.9}, {"betas": (0.9,)},
        {"maximize": True}, {"differentiable": True}, {"capturable": True}, {"foreach": [1] * 9},
        {"maximize": torch.tensor([False, False])},
    ],
)  # fmt: skip
def test_an_absurd_setting_in_a_state_is_refused(changes):
    found = go_on(with_group(**changes), line(optimizer="Adam"))
    assert found.refused == "setting"
    assert f"{next(iter(changes))}" in words.refusal(found, str, str)
    assert len(found.without) == 50


@pytest.mark.parametrize(
    ("optimizer", "changes", "rule", "chinese"),
    [
        ("Adam", {"lr": 1e9}, "a number from 1e-13 to 10.", "1e-13 到 10 之间的数。"),
        ("Adam", {"betas": (0.9, 2.0)}, "a number from 0 to 0.99999.", "0 到 0.99999 之间的数。"),
        ("LBFGS", {"max_iter": 10**6}, "a whole number from 4 to 50.", "4 到 50 之间的整数。"),
        ("Adam", {"maximize": True}, "«False».", "«False»。"),
    ],
)
def test_the_rule_of_a_setting_is_in_the_readers_language(optimizer, changes, rule, chinese):
    found = go_on(with_group(optimizer, **changes), line(optimizer=optimizer))
    found = pickle.loads(pickle.dumps(found))  # as it comes from another process

    def quote(text):
        return f"«{text}»"

    assert words.refusal(found, quote, str).endswith(f"the rule here: {rule}")
    assert words.refusal(found, quote, translator("zh")).endswith(f"这里的规则是：{chinese}")


def quantized():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, of what it will drop one day
        return torch.quantize_per_tensor(torch.ones(1, 1), 0.1, 0, torch.quint8)


def with_state(change):
    checkpoint = opened(made(line(optimizer="Adam")).checkpoint)
    change(checkpoint["optimizer_state_dict"])
    return written(checkpoint)


@pytest.mark.parametrize(
    ("change", "slug"),
    [
        (lambda s: s["state"][0].update(exp_avg=torch.tensor([[math.nan]])), "state"),
        (lambda s: s["state"][0].update(exp_avg=torch.ones(1, 1).expand(10**6, 10**6)), "state"),
        (lambda s: s["state"][0].update(exp_avg="text"), "state"),
        (lambda s: s["state"][0].update(exp_avg=quantized()), "state"),
        (lambda s: s["state"][0].update(exp_avg=torch.ones(1, 1).to_sparse()), "state"),
        (lambda s: s["state"][0].update(exp_avg=torch.ones(1, 1).to("meta")), "state"),
        (lambda s: s["state"][0].update(exp_avg=torch.ones(1).to(torch.float8_e5m2)), "state"),
        (lambda s: s["state"][0].update(exp_avg=torch.ones((1,) * 9)), "state"),
        (lambda s: s["state"][0].update(step=math.inf), "state"),
        (lambda s: s["state"].update({9: [0.0] * 10_000}), "state"),
        (lambda s: s.update(state=3), "form"),
        (lambda s: s.update(param_groups=5), "form"),
        (lambda s: s["param_groups"][0].update(params="01"), "form"),
        (lambda s: s["param_groups"][0].update(more=[0] * 10_000), "state"),
        (lambda s: s.clear(), "form"),
    ],
)
def test_a_crooked_state_is_refused(change, slug):
    found = go_on(with_state(change), line(optimizer="Adam"))
    assert found.refused == slug
    assert words.refusal(found, str, str)


def test_a_state_of_the_wrong_shape_ends_in_torchs_own_error():
    content = with_state(lambda s: s["state"][0].update(exp_avg=torch.ones(3, 5)))
    found = go_on(content, line(optimizer="Adam"))
    assert found.raised.kind == "RuntimeError"
    assert words.stumble(found, str, str)


def test_every_setting_of_the_pages_optimizers_passes_its_own_check():
    for optimizer in OPTIMIZERS:
        _, fresh = writing.build(line(optimizer=optimizer))
        state = fresh.state_dict()
        assert states.bounded(state)["param_groups"] == state["param_groups"]
        states.check_settings(state["param_groups"][0], fresh.param_groups[0])


def endless():
    """Return a file whose one dict key is tuples in tuples, 60 deep: its hash takes 2**60 steps."""
    text = b"\x80\x02}q\x00K\x00(K\x01\x85q\x01"
    text += b"".join(b"h%ch%c\x86q%c" % (k, k, k + 1) for k in range(1, 60))
    return edited(GOOD, lambda name, old: text + b"tsh\x3cK\x01s." if "data.pkl" in name else old)


def glutton():
    """Return a file that asks for a bytearray of 2 GB, which weights_only allows."""
    text = b"\x80\x02cbuiltins\nbytearray\nJ\xff\xff\xff\x7f\x85R."
    return edited(GOOD, lambda name, old: text if "data.pkl" in name else old)


@pytest.fixture(scope="module")
def queue():
    queue = Queue(
        ("torch._dynamo", "playground.features.regression.saved.work.loading"),
        Limits(seconds=60, at_once=1),
    )
    yield queue
    queue.close()


def answer(queue, asked):
    queue.start("ann", asked)
    while not (news := queue.news("ann", 0, 1.0)).over:
        pass
    return news


def load_in_worker(queue, content):
    return answer(queue, job.load(line(), FINAL, content))


@pytest.mark.slow
def test_endless_work_ends_with_its_process(queue):
    """Nothing but the system can end one step of a pickle that takes for ever."""
    soon = Job(target="tests.jobs.jobs:load_within", args=(1, line(), FINAL, endless()))
    news = answer(queue, soon)
    assert news.state == FAILED
    assert news.failure.kind == TIMEOUT
    assert pickle.loads(load_in_worker(queue, GOOD).parts[0]).fits  # the next one is served


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited where /proc is")
def test_boundless_memory_ends_in_a_sentence(queue):
    found = pickle.loads(load_in_worker(queue, glutton()).parts[0])
    assert found.raised.kind == MEMORY
    assert "more memory" in reasons.meaning(found.raised)


@pytest.mark.slow
def test_the_web_process_can_read_the_answer_without_torch(queue):
    """What a worker yields is unpickled where there is no torch."""
    code = (
        "import sys, pickle\n"
        "from playground.features.regression.saved import figures, results, words\n"
        "found = pickle.loads(sys.stdin.buffer.read())\n"
        "assert found.fits and 'torch' not in sys.modules, found"
    )
    (part,) = load_in_worker(queue, GOOD).parts
    subprocess.run([sys.executable, "-c", code], input=part, check=True)
