"""Any bytes at all end in weights or in a sentence, and nothing in them is run."""

import io
import os
import pickle
import random
import zipfile

import pytest
import torch

from playground.core.i18n import translator
from playground.features.regression.saved import reasons, results, words
from playground.features.regression.saved.work import loading
from tests.features.regression.test_saved_kinds import (
    CASES,
    FILES,
    KINDS,
    checkpoint_of,
    line,
    settings_of,
    written,
)
from tests.samples import length

pytestmark = pytest.mark.filterwarnings("ignore")  # torch's own, of what it meets

FINAL = (1.5, -0.5)
OPERATIONS = b"()]}.0aebsuRcqrhjtQKMJXB\x80\x81\x85\x86\x87\x88\x89\x8a\x8cNG"
WORDS = (b"\ncollections\nOrderedDict\n", b"\x02\x04\x05", b"\xff\xff\xff\x7f", b"weight", b"\x00")


class Opens:
    def __reduce__(self):
        return open, (results.HOSTILE_FILE, "w")


class Makes:
    def __reduce__(self):
        return os.mkdir, ("made",)


def hostile():
    for thing in (Opens(), {"weight": Makes(), "bias": Opens()}, {"model": {"weight": Makes()}}):
        yield pickle.dumps(thing)
        for protocol in (2, 4):
            yield written(thing, pickle_protocol=protocol)
        yield written(thing, _use_new_zipfile_serialization=False)


def beginnings():
    """Return whole files of every kind: some load, some do not, some would harm."""
    cases = [path.read_bytes() for path in sorted(CASES.iterdir())]
    kinds = [make() for make in FILES.values()]
    nested = {"epoch": 3, "model": {"module.weight": torch.ones(1, 1)}, "more": [{}, ({},)]}
    own = [written(nested), written(checkpoint_of("Adam"))]
    old = [written(checkpoint_of("SGD"), _use_new_zipfile_serialization=False)]
    return [*cases, *kinds, *own, *old, *hostile()]


def changed(content, chance):
    """Return `content` with a few bytes changed, cut out, doubled or put in."""
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(content) + 1)
        stop = min(len(content), start + chance.choice((0, 1, 1, 4, 40)))
        new = chance.choice(
            (b"", chance.randbytes(stop - start), content[start:stop] * 2, chance.choice(WORDS))
        )
        content = content[:start] + new + content[stop:]
    return content[: chance.randrange(len(content) + 1)] if chance.random() < 0.1 else content


def repacked(content, chance):
    """Return an archive of torch.save whose pickle is changed, so that its bytes are read."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for member in old.infolist():
            text = old.read(member)
            name = member.filename
            new.writestr(name, changed(text, chance) if name.endswith("data.pkl") else text)
    return file.getvalue()


def generated(chance):
    """Return a pickle of random operations, alone or in an archive."""
    parts = [bytes([chance.choice(OPERATIONS)]) for _ in range(chance.randint(1, 60))]
    parts += chance.choices(WORDS, k=3)
    chance.shuffle(parts)
    text = b"\x80\x02" + b"".join(parts) + b"."
    if chance.random() < 0.5:
        return text
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", text)
        archive.writestr("archive/version", "3\n")
    return file.getvalue()


NAMES = (
    "weight",
    "bias",
    "module.weight",
    "module.bias",
    "state",
    "model",
    "model_state_dict",
    "a",
)
PLAIN = (None, True, 0, -1, 10**400, 1e308, float("nan"), "text", "", (), [], {}, b"bytes")


def tensor(chance):
    """Return a small tensor of any shape and type."""
    kind = chance.choice((torch.float32, torch.float64, torch.int64, torch.complex64, torch.bool))
    value = torch.ones(chance.choice(((1, 1), (1,), (), (2, 3), (0,), (1,) * 9)), dtype=kind)
    return value.to_sparse() if chance.random() < 0.05 else value


def value(chance, depth=0):
    """Return what a file may hold: tensors, plain values, and containers of both."""
    kind = chance.random()
    if kind < 0.3 or depth > 4:
        return tensor(chance) if chance.random() < 0.6 else chance.choice(PLAIN)
    parts = [value(chance, depth + 1) for _ in range(chance.randint(0, 4))]
    if kind < 0.45:
        return chance.choice((list, tuple))(parts)
    if kind < 0.65:
        prefix = chance.choice(("", "", "module.", "a.b."))
        return {f"{prefix}{k}": v for k, v in torch.nn.Linear(1, 1).state_dict().items()}
    return {chance.choice((*NAMES, *NAMES, 3, "x" * 300)): part for part in parts}


def checkpoint(chance):
    """Return a checkpoint of any optimizer, with a part of its optimizer's state set anew."""
    found = checkpoint_of(chance.choice([*KINDS]))
    state = found["optimizer_state_dict"]
    part = chance.choice(
        (state, state["param_groups"][0], state["state"], *state["state"].values())
    )
    part[chance.choice([*part, "new"])] = value(chance)
    if chance.random() < 0.3:
        found["model"] = found.pop("model_state_dict")
    return found


def files(count, chance):
    whole = beginnings()
    archives = [c for c in whole if c.startswith(b"PK") and b"data.pkl" in c]
    for _ in range(count):
        yield chance.choice(
            (
                lambda: changed(chance.choice(whole), chance),
                lambda: repacked(chance.choice(archives), chance),
                lambda: generated(chance),
                lambda: written(value(chance)),
                lambda: written(checkpoint(chance)),
            )
        )()


def told(found):
    """Return what the page says of a file, in both languages."""
    for _ in (str, translator("zh")):
        if found.raised:
            yield reasons.explained(found, str, _)
            yield reasons.message(found.raised)
        elif found.refused:
            yield words.refusal(found, str, _)
        for offer in found.offers:
            yield reasons.where(offer.place, str, _)


def check(content, kind="SGD"):
    """Load `content` and train on from it, where the page would."""
    found = next(loading.file(line(), FINAL, content))
    assert all(told(found))
    assert found.fits or [*told(found)]
    assert not found.created
    assert len(pickle.dumps(found)) < 100_000
    for place in [found.place] * found.fits + [o.place for o in found.offers if o.fits]:
        taken = next(loading.file(line(), FINAL, content, place))
        assert taken.fits
        settings = settings_of(kind)
        on = next(loading.train_on(line(**settings), content, 3, place))
        assert len(on.without)
        if on.raised:
            assert words.stumble(on, str, str)
        elif on.refused:
            assert words.refusal(on, str, str)


def test_any_file_ends_in_weights_or_a_sentence(request, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    chance = random.Random(request.config.getoption("seed"))
    for content in [*beginnings(), *files(length(request.config, 150, 3000), chance)]:
        check(content, chance.choice([*KINDS]))
    assert not list(tmp_path.iterdir())
