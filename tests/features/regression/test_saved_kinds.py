"""Files as people bring them: what they are, where their weights lie; torch is the judge."""

import io
import json
import pickle
import re
import struct
import tarfile
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from playground.core import data
from playground.core.i18n import translator
from playground.core.settings import Settings
from playground.features.regression.saved import formats, known_formats, reasons, words
from playground.features.regression.saved.results import Place
from playground.features.regression.saved.work import loading

pytestmark = pytest.mark.filterwarnings("ignore:Detected pickle protocol")  # torch's own

CASES = Path(__file__).parent / "states"
FINAL = (1.5, -0.5)


def line(**given):
    return Settings.of("linear", ladder="linear_regression", **{"epochs": 60, **given})


def written(thing, **how):
    file = io.BytesIO()
    torch.save(thing, file, **how)
    return file.getvalue()


def load(content, place=None, settings=None):
    return next(loading.file(settings or line(), FINAL, content, place))


def go_on(content, place=None, **settings):
    return next(loading.train_on(line(**settings), content, 20, place))


def quoted(text):
    return f"`{text}`"


def said(content, _=str):
    return reasons.explained(load(content), quoted, _)


def torchs_error(state_dict):
    """Return what torch itself says to a state_dict, in a model of the page's own kind."""
    try:
        nn.Linear(1, 1).load_state_dict(state_dict)
    except Exception as error:
        return str(error)
    return ""


def line_dict():
    return {"weight": torch.tensor([[2.0]]), "bias": torch.tensor([1.0])}


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("archive", [True, False])
def test_a_pickle_protocol_that_torch_does_not_read_is_named(protocol, archive):
    content = written(
        nn.Linear(1, 1).state_dict(),
        pickle_protocol=protocol, _use_new_zipfile_serialization=archive,
    )  # fmt: skip
    found = load(content)
    try:
        torch.load(io.BytesIO(content), weights_only=True)
    except pickle.UnpicklingError:
        assert f"with pickle_protocol={protocol}," in said(content)
        assert "Unsupported operand" in found.raised.text
    else:
        assert found.fits
    assert found.fits == (protocol in reasons.READ_PROTOCOLS)


def test_the_case_of_protocol_4():
    assert "with pickle_protocol=4," in said((CASES / "20_protocol4.pt").read_bytes())


@pytest.mark.parametrize("name", ["22_sgd_named_parameters.pt", "24_sgd_without_fused_key.pt"])
def test_an_optimizer_of_another_torch_is_the_same_optimizer(name):
    content = (CASES / name).read_bytes()
    found = go_on(content, momentum=0.9)
    assert (found.raised, found.refused, found.foreign, found.differ) == (None, "", (), ())
    whole = torch.load(io.BytesIO(content), weights_only=True)
    model, x, y = nn.Linear(1, 1), *points()
    model.load_state_dict(whole["model_state_dict"])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    optimizer.load_state_dict(whole["optimizer_state_dict"])
    np.testing.assert_array_equal(found.state, losses(model, optimizer, x, y, 20))


def points():
    x, y = data.sample_for(line())
    return (torch.tensor(v, dtype=torch.float32).unsqueeze(1) for v in (x, y))


def losses(model, optimizer, x, y, epochs):
    found = []

    def closure():
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        return loss

    for _ in range(epochs):
        found.append(nn.functional.mse_loss(model(x), y).item())
        optimizer.step(closure)
    return found


KINDS = {
    "SGD": {"momentum": 0.9}, "RMSprop": {}, "Adam": {}, "AdamW": {}, "NAdam": {}, "RAdam": {},
    "Adagrad": {}, "Adadelta": {}, "Rprop": {}, "LBFGS": {"line_search_fn": "strong_wolfe"},
}  # fmt: skip
LATER = ("fused", "foreach", "capturable", "differentiable", "maximize", "decoupled_weight_decay")


def checkpoint_of(kind, change=lambda group: None, named=False, **options):
    model = nn.Linear(1, 1)
    parameters = model.named_parameters() if named else model.parameters()
    optimizer = getattr(torch.optim, kind)(parameters, lr=0.01, **KINDS[kind], **options)
    losses(model, optimizer, *points(), 3)
    state = optimizer.state_dict()
    for group in state["param_groups"]:
        change(group)
    return {"model_state_dict": model.state_dict(), "optimizer_state_dict": state, "epoch": 3}


def settings_of(kind):
    return {"optimizer": kind, "learning_rate": 0.01} | ({"momentum": 0.9} if kind == "SGD" else {})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", ["named", "older", "newer", "plain"])
def test_the_page_takes_a_state_where_torch_takes_it(kind, how):
    def change(group):
        if how == "older":
            for name in LATER:
                group.pop(name, None)
        if how == "newer":
            group["something_new"] = True

    checkpoint = checkpoint_of(kind, change, named=how == "named")
    fresh = getattr(torch.optim, kind)(nn.Linear(1, 1).parameters(), lr=0.01, **KINDS[kind])
    fresh.load_state_dict(checkpoint["optimizer_state_dict"])  # torch takes it
    found = go_on(written(checkpoint), **settings_of(kind))
    assert (found.raised, found.refused, found.foreign) == (None, "", ())
    assert len(found.state) == 20


@pytest.mark.parametrize("kind", ["SGD", "Adam", "AdamW"])
@pytest.mark.parametrize("options", [{"foreach": True}, {"foreach": False}, {"fused": True}])
def test_how_torch_computes_a_step_is_the_files_to_say(kind, options):
    found = go_on(written(checkpoint_of(kind, **options)), **settings_of(kind))
    assert (found.raised, found.refused, found.foreign) == (None, "", ())


@pytest.mark.parametrize(
    ("kind", "option"), [("SGD", "nesterov"), ("Adam", "amsgrad"), ("RMSprop", "centered")]
)
def test_a_switch_that_the_state_brings_is_told(kind, option):
    found = go_on(written(checkpoint_of(kind, **{option: True})), **settings_of(kind))
    assert (found.raised, found.refused, found.foreign) == (None, "", ())
    assert (option, "True", "False") in found.differ
    assert len(found.state) == 20


def test_the_state_of_adamw_in_adam_is_told_by_its_setting():
    found = go_on(written(checkpoint_of("AdamW")), **settings_of("Adam"))
    assert ("decoupled_weight_decay", "True", "False") in found.differ


@pytest.mark.parametrize(("theirs", "ours"), [(a, b) for a in KINDS for b in KINDS if a != b])
def test_the_state_of_another_kind_is_never_taken_without_a_word(theirs, ours):
    found = go_on(written(checkpoint_of(theirs)), **settings_of(ours))
    told = found.raised or found.refused or found.foreign or found.differ
    same = {theirs, ours} <= {"Adam", "AdamW", "RAdam"}  # what they remember has the same names
    assert told or same
    if found.raised:
        assert words.stumble(found, quoted, str)


def test_a_buffer_of_none_is_nothing_that_is_kept():
    """An older torch wrote it for SGD without momentum."""
    checkpoint = checkpoint_of("SGD")
    state = checkpoint["optimizer_state_dict"]
    state["param_groups"][0]["momentum"] = 0
    state["state"] = {0: {"momentum_buffer": None}, 1: {"momentum_buffer": None}}
    found = go_on(written(checkpoint), learning_rate=0.01)
    assert (found.raised, found.refused, found.foreign) == (None, "", ())


@pytest.mark.parametrize("kind", ["Adam", "Adagrad", "RMSprop"])
def test_a_step_that_is_a_plain_number_is_of_an_older_torch(kind):
    checkpoint = checkpoint_of(kind)
    usual = go_on(written(checkpoint), **settings_of(kind))
    for kept in checkpoint["optimizer_state_dict"]["state"].values():
        kept["step"] = int(kept["step"])
    found = go_on(written(checkpoint), **settings_of(kind))
    np.testing.assert_array_equal(found.state, usual.state)


def test_an_error_while_torch_loads_a_state_is_not_told_as_one_of_a_step():
    found = go_on(written(checkpoint_of("SGD")), **settings_of("Adam"))
    assert (found.raised.kind, found.taken) == ("KeyError", False)
    assert "load_state_dict looks for `'step'`" in words.stumble(found, quoted, str)


@pytest.mark.parametrize("count", [0, 2, 3])
def test_another_number_of_parameter_groups_is_torchs_own_error(count):
    checkpoint = checkpoint_of("SGD")
    checkpoint["optimizer_state_dict"]["param_groups"] *= count
    with pytest.raises(ValueError, match="different number of parameter groups") as error:
        torch.optim.SGD(nn.Linear(1, 1).parameters()).load_state_dict(
            checkpoint["optimizer_state_dict"]
        )
    found = go_on(written(checkpoint), **settings_of("SGD"))
    assert found.raised.text == str(error.value)
    assert "another number of parameter groups" in words.stumble(found, quoted, str)


def test_the_case_of_two_parameter_groups():
    found = go_on((CASES / "29_two_param_groups.pt").read_bytes())
    assert "another number of parameter groups" in words.stumble(found, quoted, str)


def test_another_number_of_parameters_is_torchs_own_error():
    checkpoint = checkpoint_of("SGD")
    checkpoint["optimizer_state_dict"]["param_groups"][0]["params"] = [0, 1, 2]
    found = go_on(written(checkpoint), **settings_of("SGD"))
    assert found.raised.kind == "ValueError"
    assert "another number of parameters" in words.stumble(found, quoted, str)


OPTIMIZER = {"state": {}, "param_groups": [{"lr": 0.01, "params": [0, 1]}]}
NESTED = [
    ({"epoch": 5, "state_dict": line_dict(), "optimizer": OPTIMIZER}, ("state_dict",), ""),
    ({"model": line_dict()}, ("model",), ""),
    ({"net": line_dict(), "loss": torch.tensor(0.5)}, ("net",), ""),
    ({"checkpoint": {"model": line_dict()}}, ("checkpoint", "model"), ""),
    ([line_dict(), OPTIMIZER], (0,), ""),
    ({f"module.{k}": v for k, v in line_dict().items()}, (), "module."),
    ({f"_orig_mod.{k}": v for k, v in line_dict().items()}, (), "_orig_mod."),
    ({f"module._orig_mod.{k}": v for k, v in line_dict().items()}, (), "module._orig_mod."),
    ({f"0.{k}": v for k, v in line_dict().items()}, (), "0."),
    (
        {"model_state_dict": {f"module.{k}": v for k, v in line_dict().items()}, "epoch": 5},
        ("model_state_dict",), "module.",
    ),
    (
        {
            "pytorch-lightning_version": "2.5.0", "epoch": 5, "global_step": 9, "loops": {},
            "state_dict": {f"model.{k}": v for k, v in line_dict().items()},
            "optimizer_states": [OPTIMIZER], "lr_schedulers": [],
        },
        ("state_dict",), "model.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("thing", "path", "prefix"), NESTED)
def test_weights_that_lie_deeper_are_offered_and_taken(thing, path, prefix):
    content = written(thing)
    found = load(content)
    assert not found.fits
    (offer,) = found.offers
    assert offer.place == Place(path=path, prefix=prefix)
    where = reasons.where(offer.place, quoted, str)
    assert all(f"`{key}`" in where for key in path if isinstance(key, str))
    assert (f"begin with `{prefix}`" in where) == bool(prefix)
    assert "elsewhere" in reasons.explained(found, quoted, str)
    taken = load(content, offer.place)
    assert taken.answer == offer.answer == "<All keys matched successfully>"
    assert taken.weights == {"weight": 2.0, "bias": 1.0}
    has_epoch = isinstance(thing, dict) and "epoch" in thing
    assert taken.epoch == (5 if has_epoch else None)
    assert len(go_on(content, offer.place).without) == 20


@pytest.mark.parametrize("place", [("state_dict", "optimizer"), ("state_dict", "optimizer_states")])
def test_the_optimizer_beside_nested_weights_is_found(place):
    weights, optimizer = place
    old = checkpoint_of("Adam")
    state = old["optimizer_state_dict"]
    state = [state] if optimizer.endswith("s") else state
    content = written({weights: old["model_state_dict"], optimizer: state})
    found = go_on(content, Place(path=(weights,)), **settings_of("Adam"))
    usual = go_on(written(old), **settings_of("Adam"))
    np.testing.assert_array_equal(found.state, usual.state)
    assert not found.equal


def test_of_two_optimizers_none_is_guessed():
    content = written({"net": line_dict(), "opt_a": OPTIMIZER, "opt_b": OPTIMIZER})
    found = go_on(content, Place(path=("net",)))
    assert "of 2 optimizers" in words.refusal(found, quoted, str)
    assert len(found.without) == 20


def test_what_torch_does_not_take_is_offered_with_what_torch_says():
    net = nn.Sequential(nn.Linear(1, 4), nn.Linear(4, 1)).state_dict()
    found = load(written({"state_dict": net}))
    (offer,) = found.offers
    assert offer.raised.text == torchs_error(net)
    assert load(written({"state_dict": net}), offer.place).raised == offer.raised


def test_an_optimizers_state_alone_is_named():
    told = said(written(checkpoint_of("Adam")["optimizer_state_dict"]))
    assert "state of an optimizer alone" in told


MODELS = {
    "batchnorm": nn.Sequential(nn.Linear(1, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 1)),
    "conv": nn.Conv1d(1, 1, 1),
    "deeper": nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1)),
    "no bias": nn.Linear(1, 1, bias=False),
    "wider": nn.Linear(1, 3),
    "embedding": nn.Embedding(3, 2),
    "lstm": nn.LSTM(1, 2),
}


@pytest.mark.parametrize("name", MODELS)
def test_another_architecture_ends_in_torchs_own_error(name):
    state_dict = MODELS[name].state_dict()
    found = load(written(state_dict))
    assert found.raised.text == torchs_error(state_dict)
    assert "float32" not in reasons.explained(found, quoted, str)
    assert {entry.name for entry in found.entries} == {"weight", "bias", *state_dict}


def test_the_case_of_a_batch_norm():
    content = (CASES / "27_batchnorm.pt").read_bytes()
    found = load(content)
    assert found.raised.text == torchs_error(torch.load(io.BytesIO(content), weights_only=True))
    assert "another architecture" in reasons.explained(found, quoted, str)
    assert not found.offers


def test_another_type_is_refused_only_where_torch_takes_it():
    """Of whole numbers in a weight that fits, torch says nothing; of one too many it does."""
    whole = {"weight": torch.ones(1, 1, dtype=torch.int64), "bias": torch.ones(1)}
    assert torchs_error(whole) == ""
    assert load(written(whole)).refused == "dtype"
    more = {**whole, "steps": torch.tensor(3)}
    assert load(written(more)).raised.text == torchs_error(more)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(1, 1)


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        (nn.Linear(1, 1), "torch.nn.modules.linear.Linear"),
        (Net(), f"{__name__}.Net"),
        ({"net": line_dict(), "args": Path("a")}, "pathlib"),
        ({"weight": np.float64(2.0)}, "numpy"),
    ],
)
def test_the_class_that_torch_refuses_is_named(thing, name):
    told = said(written(thing))
    named = re.search(r"names `([^`]+)`", told)[1]
    assert named.startswith(name)
    assert ("float(value)" in told) == (name == "numpy")


@pytest.mark.parametrize("protocol", [2, 4])
def test_a_state_dict_that_pickle_wrote_is_told_from_one_of_torch_save(protocol):
    told = said(pickle.dumps(nn.Linear(1, 1).state_dict(), protocol=protocol))
    assert f"a pickle of protocol {protocol}, but pickle or joblib wrote it" in told


def safetensors(tensors, cut=0):
    """Return a file as the format's own description lays it down: length, JSON, numbers."""
    header, place = {"__metadata__": {"format": "pt"}}, 0
    for name, values in tensors.items():
        header[name] = {
            "dtype": "F32", "shape": [len(values)], "data_offsets": [place, place + 4 * len(values)]
        }  # fmt: skip
        place += 4 * len(values)
    text = json.dumps(header).encode()
    numbers = b"".join(struct.pack(f"<{len(v)}f", *v) for v in tensors.values())
    whole = struct.pack("<Q", len(text)) + text + numbers
    return whole[: len(whole) - cut]


def zipped(**files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(re.sub("(?<!^)__", ".", name).replace("DIR", "/"), content)
    return file.getvalue()


def saved_by(save, *given):
    file = io.BytesIO()
    save(file, *given)
    return file.getvalue()


def script():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return saved_by(lambda file: torch.jit.save(torch.jit.script(nn.Linear(1, 1)), file))


def tar(file):
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("model.pt"))


def field(number, content):
    return bytes([number << 3 | 2, len(content)]) + content


ONNX = b"\x08\x08" + field(2, b"pytorch") + field(7, b"\x0a\x02ab") + field(8, b"\x10\x11")
WEIGHTS = {"weight": [2.0], "bias": [1.0]}
PAGE = "<!DOCTYPE html>\n<html><head><title>404</title></head></html>"
FILES = {
    "safetensors": lambda: safetensors(WEIGHTS),
    "safetensors of 640 bytes of header": lambda: safetensors({"w" * 551: [2.0]}),
    "safetensors cut": lambda: safetensors(WEIGHTS, cut=3),
    "safetensors cut in its header": lambda: safetensors(WEIGHTS)[:90],
    "torchscript": script,
    "npy": lambda: saved_by(np.save, np.ones(3)),
    "npz": lambda: saved_by(lambda file: np.savez(file, w=np.ones(3), b=np.ones(1))),
    "hdf5": lambda: b"\x89HDF\r\n\x1a\n" + bytes(100),
    "keras": lambda: zipped(config__json="{}", metadata__json="{}", model__weights__h5="x"),
    "onnx": lambda: ONNX,
    "gguf": lambda: b"GGUF\x03\x00\x00\x00" + bytes(16),
    "tflite": lambda: b"\x1c\x00\x00\x00TFL3" + bytes(16),
    "zipped": lambda: zipped(folderDIRmodel__pt="x"),
    "zipped on a Mac": lambda: zipped(__MACOSXDIR__m__pt="x", m__pt="x"),
    "zip": lambda: zipped(a__txt="x", b__txt="y"),
    "zip of nothing": lambda: zipped(),
    "packed": lambda: saved_by(tar),
    "packed by gzip": lambda: b"\x1f\x8b\x08\x00" + bytes(20),
    "html": lambda: PAGE.encode(),
    "html with a mark": lambda: ("\ufeff  " + PAGE).encode(),
    "lfs": lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 12\n",
    "notebook": lambda: json.dumps({"cells": [], "nbformat": 4}).encode(),
    "json": lambda: json.dumps({"weight": [[2.0]], "bias": [1.0]}).encode(),
    "json of a value a line": lambda: b'{"x": 1, "y": 2}\n{"x": 3, "y": 4}\n',
    "table": lambda: b"weight,bias\n2.0,1.0\n",
    "table of Excel": lambda: "重量\t偏置\n2\t1\n".encode("utf-16"),
    "text": lambda: b"weight = 2.0, bias = 1.0",
    "text of two lines": lambda: b"First the weight, 2.0.\nThen the bias, I think.\n",
    "document": lambda: b"%PDF-1.7\n",
    "document of Word": lambda: zipped(**{"[Content_Types]__xml": "x", "wordDIRdocument__xml": ""}),
    "picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(20),
    "zeros": lambda: bytes(1000),
    "pickle": lambda: pickle.dumps({"weight": 2.0}),
    "pickle of protocol 0": lambda: pickle.dumps({"weight": 2.0, "bias": 1.0}, protocol=0),
    "exported": lambda: zipped(aDIRarchive_format="pt2", aDIRmodelsDIRmodel__json="{}"),
}  # fmt: skip


END = b"PK\x06\x07" + struct.pack("<LQL", 1, 0, 1) + b"PK\x05\x06" + bytes(18)
SPANNED = b"PK\x03\x04" + bytes(30) + END  # an archive on two disks, which zipfile does not read


def slug_of(name):
    return "safetensors_cut" if " cut" in name else name.split(" ")[0]


def test_every_format_has_its_file():
    assert {slug_of(name) for name in FILES} == {*known_formats.FORMATS}


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_kind_is_named_by_its_structure(name):
    content = FILES[name]()
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever torch raises: it does not open it
        torch.load(io.BytesIO(content), weights_only=True)
    found = load(content)
    assert found.raised
    assert (found.format, formats.recognised(content).slug) == (slug_of(name),) * 2
    told = said(content)
    assert told == known_formats.FORMATS[found.format].format(
        **{k: quoted(v) if isinstance(v, str) else v for k, v in found.fields.items()}
    )
    assert said(content, translator("zh")) != told


def test_the_case_of_safetensors():
    told = said((CASES / "30_model.safetensors").read_bytes())
    assert "safetensors.torch.load_file" in told


@pytest.mark.parametrize(
    "content", [b"", b"\x01\x02\x03", b"\xffabc\x00", b"\x08\x01\x02", b"PK", SPANNED]
)
def test_what_has_no_structure_gets_no_name(content):
    assert formats.recognised(content).slug == ""
    assert said(content)


def test_a_damaged_file_of_torch_save_is_one_still():
    content = written(line_dict(), _use_new_zipfile_serialization=False)
    damaged = content[:40] + b"\xff" + content[41:]
    assert "has the form that torch.save gives" in said(damaged)
