"""What kind of file some bytes are, by their structure: first bytes, headers, members of a zip.

Nothing in a file is run; of a zip no more is unpacked than the pickle of `torch.save`.
"""

from __future__ import annotations

import io
import json
import pickletools
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

LEGACY = (0x1950A86A20F9469CFC6C).to_bytes(10, "little")  # torch.serialization.MAGIC_NUMBER
LEGACY_TEXT = b"L119547037146038801333356L\n"  # the same, in pickle protocols 0 and 1
MOST_OPERATIONS = 100_000  # of a pickle that is looked through

FIRST_BYTES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x93NUMPY", "npy"),
    (0, b"\x89HDF\r\n\x1a\n", "hdf5"),
    (0, b"GGUF", "gguf"),
    (4, b"TFL3", "tflite"),
    (257, b"ustar", "packed"),
    (0, b"\x1f\x8b\x08", "packed"),
    (0, b"BZh", "packed"),
    (0, b"\xfd7zXZ\x00", "packed"),
    (0, b"7z\xbc\xaf\x27\x1c", "packed"),
    (0, b"Rar!\x1a\x07", "packed"),
    (0, b"\x28\xb5\x2f\xfd", "packed"),
    (0, b"%PDF-", "document"),
    (0, b"\x89PNG\r\n\x1a\n", "picture"),
    (0, b"\xff\xd8\xff", "picture"),
    (0, b"GIF8", "picture"),
    (0, b"version https://git-lfs.github.com/spec/", "lfs"),
)
"""Where a format's own bytes stand, which they are, and its slug."""

UNREADABLE = (
    zipfile.BadZipFile, zlib.error, struct.error, ValueError, OverflowError, RuntimeError, OSError,
    EOFError, KeyError,
)  # fmt: skip
"""What zipfile and pickletools raise of bytes that are not as they should be."""


@dataclass(frozen=True, kw_only=True)
class Format:
    """A kind of file: a slug, and what its sentence names; no slug if unknown."""

    slug: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


def recognised(content: bytes) -> Format:
    """Return what kind of file `content` is, or else `Format()`."""
    if not content.strip(b"\x00"):
        return Format(slug="zeros", fields={"bytes": len(content)}) if content else Format()
    if found := _safetensors(content):  # first: its length may begin as others do
        return found
    for place, first, slug in FIRST_BYTES:
        if content.startswith(first, place):
            return Format(slug=slug)
    if content.startswith(b"PK"):
        return _archive(content)
    if LEGACY in content[:40] or content.startswith(LEGACY_TEXT):
        return Format(slug="saved", fields={"protocol": protocol(content)})
    if _is_pickle(content):
        return Format(slug="pickle", fields={"protocol": protocol(content)})
    return Format(slug="onnx") if _is_onnx(content) else _text(content)


def members(content: bytes) -> list[zipfile.ZipInfo] | None:
    """Return the members of the zip archive `content`; None where it is none, or damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.infolist()
    except UNREADABLE:
        return None


def protocol(content: bytes) -> int:
    """Return the pickle protocol of `content`: what it states, or what its operations need."""
    if content.startswith(b"\x80"):
        return content[1] if len(content) > 1 else 2
    file = io.BytesIO(content)
    # an old file of torch.save is several pickles, the first of which is one number
    return max((needs for _ in range(3) for needs in _operations(file)), default=0)


def _operations(file: io.BytesIO) -> Iterator[int]:
    """Yield the protocol that each operation of the next pickle in `file` needs."""
    try:
        for operation, _argument, _place in islice(pickletools.genops(file), MOST_OPERATIONS):
            yield operation.proto
    except UNREADABLE:
        return


def _is_pickle(content: bytes) -> bool:
    """Return whether `content` is one pickle from its first byte to its last."""
    if re.match(rb"\x80[\x02-\x05]", content):
        return True
    file = io.BytesIO(content)
    return content.endswith(b".") and len(list(_operations(file))) > 3 and not file.read(1)


def _archive(content: bytes) -> Format:
    whole = members(content)
    found = [member.filename for member in whole or ()]
    tops = {name.partition("/")[2] or name for name in found}
    if "data.pkl" in tops:
        if "constants.pkl" in tops:
            return Format(slug="torchscript")
        name = next(name for name in found if (name.partition("/")[2] or name) == "data.pkl")
        return Format(slug="saved", fields={"protocol": protocol(_start(content, name))})
    for slug, needed in (
        ("exported", {"archive_format"}),
        ("keras", {"config.json", "model.weights.h5"}),
        ("document", {"[Content_Types].xml"}),
    ):
        if needed <= tops | {*found}:
            return Format(slug=slug)
    if found and all(name.endswith(".npy") for name in found):
        return Format(slug="npz")
    named = [name for name in found if not name.startswith("__MACOSX")]  # which holds no files
    models = [name for name in named if re.search(r"\.(pt|pth|ckpt|bin|safetensors)$", name)]
    if models:
        return Format(slug="zipped", fields={"name": models[0][:200]})
    return Format() if whole is None else Format(slug="zip", fields={"count": len(found)})


def _start(content: bytes, name: str) -> bytes:
    """Return the first bytes of the member `name`; none where they cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(name) as member:
            return member.read(4096)
    except UNREADABLE:
        return b"\x80\x02"  # torch says what is wrong with it


def _safetensors(content: bytes) -> Format | None:
    """Return the format of a file that begins as safetensors lays down: length, then JSON."""
    size = int.from_bytes(content[:8], "little")
    header = content[8 : 8 + size]
    if not header.startswith(b"{"):
        return None
    if len(header) < size:
        known = b'"data_offsets"' in header or b'"__metadata__"' in header
        return Format(slug="safetensors_cut") if known else None
    try:
        tensors = {name: part for name, part in json.loads(header).items() if name[:2] != "__"}
        ends = [part["data_offsets"][1] for part in tensors.values()]
        whole = len(content) - 8 - size >= max(ends, default=0)
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    return Format(slug="safetensors" if whole else "safetensors_cut")


def _is_onnx(content: bytes) -> bool:
    """Return whether `content` is a protobuf message with the fields of ONNX's ModelProto."""
    seen, place = set(), 0
    if not content.startswith(b"\x08"):  # ir_version, field 1, is written first
        return False
    try:
        while place < len(content):
            tag, place = _varint(content, place)
            seen.add(tag >> 3)
            value, after = _varint(content, place) if tag & 7 in (0, 2) else (0, place)
            place = after + {0: 0, 1: 8, 2: value, 5: 4}[tag & 7]
    except (KeyError, IndexError):
        return False
    return place == len(content) and {1, 7, 8} <= seen  # ir_version, graph, opset_import


def _varint(content: bytes, place: int) -> tuple[int, int]:
    """Return the number that protobuf wrote at `place`, and where it ends. Raises IndexError."""
    value = 0
    for shift in range(0, 70, 7):
        byte = content[place]
        value, place = value | (byte & 127) << shift, place + 1
        if byte < 128:
            return value, place
    raise IndexError


def _text(content: bytes) -> Format:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not wide and re.search(rb"[\x00-\x08\x0e-\x1f]", content):
        return Format()
    text = content.decode("utf-16" if wide else "utf-8-sig", "replace").strip()
    if re.match(r"(<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", text, re.I):
        return Format(slug="html")
    for part in (text, text.partition("\n")[0]):  # JSON may be one value a line
        try:
            value = json.loads(part) if part[:1] in ("{", "[") else None
        except (ValueError, RecursionError):
            continue
        if value is not None:
            return Format(slug="notebook" if "nbformat" in value else "json")
    return Format(slug="table" if _is_table(text) else "text")


def _is_table(text: str) -> bool:
    """Return whether the first lines of `text` are cells, as many in each, and end in numbers."""
    lines = [line for line in text.splitlines() if line.strip()][:20]
    for mark in "\t;,|":
        rows = [line.split(mark) for line in lines]
        alike = len({len(row) for row in rows}) == 1 and len(rows) > 1 and len(rows[0]) > 1
        if alike and any(
            re.fullmatch(r"[\s\"'+-]*\d[\d.,eE+-]*[\s\"']*", cell) for cell in rows[-1]
        ):
            return True
    return False
