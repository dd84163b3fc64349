"""Save: the weights alone, or all that training on needs."""

import torch


def save_weights(model, file):
    # A dict: each parameter's name and its tensor.
    torch.save(model.state_dict(), file)


def save_checkpoint(model, optimizer, epoch, file):
    checkpoint = {
        "epoch": epoch,
        "model_state_dict": model.state_dict(),
        # Its settings, and what it remembers of past steps.
        "optimizer_state_dict": optimizer.state_dict(),
    }
    torch.save(checkpoint, file)
