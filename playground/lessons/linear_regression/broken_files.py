"""Files that are not opened at all."""

import io

import torch


def whole_module(file):
    model = torch.nn.Linear(1, 1)
    torch.save(model, file)  # not its state_dict()


def hostile(file):
    class Hostile:
        def __reduce__(self):  # unpickling calls open(...)
            return open, ("made_by_a_pickle.txt", "w")

    torch.save({"weight": Hostile(), "bias": 1.0}, file)


def not_a_checkpoint(file):
    file.write(b"weight,bias\n2.0,1.0\n")


def empty(file):
    file.write(b"")


def truncated(file):
    whole = io.BytesIO()
    torch.save(torch.nn.Linear(1, 1).state_dict(), whole)
    file.write(whole.getvalue()[:-200])  # a broken download


def oversized(file):
    model = torch.nn.Linear(512, 600)  # 1.2 MB of weights
    torch.save(model.state_dict(), file)


def inflating(file):
    import zipfile  # a .pt file is a zip archive

    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as f:
        f.writestr("archive/data.pkl", bytes(2**24))  # zeros
