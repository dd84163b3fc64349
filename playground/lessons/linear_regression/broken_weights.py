"""Files that torch opens, with weights that do not fit."""

import torch


def missing_key(file):
    state_dict = torch.nn.Linear(1, 1).state_dict()
    del state_dict["bias"]
    torch.save(state_dict, file)


def unexpected_key(file):
    state_dict = torch.nn.Linear(1, 1).state_dict()
    state_dict["slope"] = torch.tensor([2.0])
    torch.save(state_dict, file)


def size_mismatch(file):
    model = torch.nn.Linear(3, 1)  # three inputs, not one
    torch.save(model.state_dict(), file)


def not_a_dict(file):
    model = torch.nn.Linear(1, 1)
    torch.save(model.weight, file)  # which one is it?


def not_finite(file):
    model = torch.nn.Linear(1, 1)
    with torch.no_grad():
        model.weight.fill_(float("nan"))  # it had diverged
    torch.save(model.state_dict(), file)
