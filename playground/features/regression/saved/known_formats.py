"""What a file is that torch does not open, and what to do with it: a sentence for each format."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from playground.core.i18n import N_

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "safetensors": N_(
            "This is a safetensors file, by its header. torch.load does not read those: open it "
            "with safetensors.torch.load_file(path), and write what that returns with torch.save."
        ),
        "safetensors_cut": N_(
            "This is a safetensors file, by its header, but it is cut off: it has fewer bytes than "
            "the header says. Download or copy it again, open it with "
            "safetensors.torch.load_file(path), and write what that returns with torch.save."
        ),
        "torchscript": N_(
            "This is a TorchScript archive: torch.jit.save wrote it, code and weights together. "
            "Where you trust it, open it with torch.jit.load(path), and write its state_dict() "
            "with torch.save."
        ),
        "exported": N_(
            "This is a program that torch.export.save wrote. Where you trust it, open it with "
            "torch.export.load(path), and write its state_dict with torch.save."
        ),
        "pickle": N_(
            "This is a pickle of protocol {protocol}, but pickle or joblib wrote it, not "
            "torch.save. Write model.state_dict() with torch.save instead."
        ),
        "npy": N_(
            "This is a NumPy array (.npy). Open it with numpy.load(path), make tensors of it with "
            "torch.from_numpy, and write a dict of names and tensors with torch.save."
        ),
        "npz": N_(
            "This is an archive of NumPy arrays (.npz). Open it with numpy.load(path), make "
            "tensors of the arrays with torch.from_numpy, and write a dict of names and tensors "
            "with torch.save."
        ),
        "hdf5": N_(
            "This is an HDF5 file, such as Keras writes (.h5). Open it with h5py or Keras, make "
            "tensors of its arrays, and write a dict of names and tensors with torch.save."
        ),
        "keras": N_(
            "This is a Keras model (.keras). Open it with keras.saving.load_model(path), make "
            "tensors of what get_weights() returns, and write a dict of names and tensors with "
            "torch.save."
        ),
        "onnx": N_(
            "This is an ONNX model. It holds a graph, not a state_dict: go back to the PyTorch "
            "model that it was exported from, and write its state_dict() with torch.save."
        ),
        "gguf": N_(
            "This is a GGUF file, of llama.cpp. torch.load does not read those: write the "
            "state_dict() of the PyTorch model with torch.save."
        ),
        "tflite": N_(
            "This is a TensorFlow Lite model. torch.load does not read those: write the "
            "state_dict() of a PyTorch model with torch.save."
        ),
        "zipped": N_("This is a zip archive with {name} in it. Unpack it, and load that file."),
        "zip": N_(
            "This is a zip archive of {count:,} files, but not one that torch.save wrote. Unpack "
            "it, and load the .pt file, if one is in it."
        ),
        "packed": N_(
            "This is a packed file (tar, gzip, bzip2, xz, zstd, 7z or rar). Unpack it, and load "
            "the .pt file in it."
        ),
        "html": N_(
            "This is a web page (HTML): the page was saved in place of the file. Go back to it, "
            "and use its download link."
        ),
        "lfs": N_(
            "This is a Git LFS pointer: a few lines that stand for the file in a repository. Get "
            "the file itself with git lfs pull, or with the download link of the site."
        ),
        "notebook": N_(
            "This is a Jupyter notebook. Run it, and load the file that its torch.save writes."
        ),
        "json": N_(
            "This is JSON text. Read it with json.load, make tensors of its numbers, and write a "
            "dict of names and tensors with torch.save."
        ),
        "table": N_(
            "This is a table as text, such as CSV. Points to fit go into your own data, above; a "
            "model is a file that torch.save wrote."
        ),
        "text": N_(
            "This is plain text, and no file that torch.save wrote. Write model.state_dict() with "
            "torch.save, and load that file."
        ),
        "document": N_("This is a document (PDF, Word, Excel or the like), not a saved model."),
        "picture": N_("This is a picture, not a saved model."),
        "zeros": N_(
            "All {bytes:,} bytes of this file are zero: it was made room for, but never written. "
            "Download or copy it again."
        ),
    }
)
"""A slug of `formats.Format` -> its sentence; `saved`, of torch.save, is told in `reasons`."""
