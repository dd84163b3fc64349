"""Load: open the file, fill a model, go on training."""

import torch


def open_file(file):
    # weights_only: tensors, numbers, text, dicts and lists.
    # Any other class or function in the file is refused.
    return torch.load(
        file, weights_only=True, map_location="cpu"
    )


def load_weights(model, state_dict):
    # Copies each tensor into the parameter of that name, and
    # raises unless names and shapes match one to one.
    return model.load_state_dict(state_dict)


def resume(build, checkpoint, *, with_optimizer):
    model, optimizer = build()  # this one remembers nothing
    load_weights(model, checkpoint["model_state_dict"])

    if with_optimizer:
        # What it remembers, and its settings: lr and all.
        optimizer.load_state_dict(
            checkpoint["optimizer_state_dict"]
        )
    return model, optimizer
