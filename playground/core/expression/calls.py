"""A function or a method in a typed text, bound to its arguments as torch binds them."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, NoReturn

from lark import Token, Tree

from playground.core.expression.errors import refuse
from playground.core.expression.functions import (
    CONSTANTS,
    FEW,
    FUNCTIONAL,
    FUNCTIONS,
    IN_FUNCTIONAL,
    MAKERS,
    MODULES,
    NOT_IN_TORCH,
    OTHERWISE,
    usage,
)
from playground.core.expression.grammar import Branch
from playground.core.expression.nodes import Apply, Node, Number
from playground.core.i18n import N_

if TYPE_CHECKING:
    from playground.core.expression.reading import Reader

DECIMAL = re.compile(r"(?<![\w.])(\d+),(\d+)(?![\w.])")
SEPARATOR = re.compile(r"[^\d\s],\S|\S,[^\d\s]")  # a comma that is in no number


def is_backward(tree: Branch) -> bool:
    """Return whether `tree` is `loss.backward()`."""
    return isinstance(tree, Tree) and tree.data == "method" and tree.children[1:] == ["backward"]


def read(reader: Reader, tree: Branch) -> Node:
    """Return the function, the method or the attribute that stands in `tree`."""
    return _Call(reader, tree).read()


class _Call:
    def __init__(self, reader: Reader, tree: Branch) -> None:
        self._reader, self._tree = reader, tree
        self._start, self._end = tree.meta.start_pos, tree.meta.end_pos
        name = tree.children[0 if tree.data == "call" else 1]
        self._token: Token = name
        self._name = str(name)
        self._given: list[Branch] = tree.children[1 if tree.data == "call" else 2 :]

    def read(self) -> Node:
        if self._tree.data == "call":
            return self._function("")
        base = self._tree.children[0]
        home = self._module(base)
        if self._tree.data == "attribute":
            return self._attribute(base, home)
        if home and (home != "F" or self._given):
            return self._function(home)
        return self._method(self._reader.node(base))

    def _module(self, base: Branch) -> str:
        """Return the module that `base` names, as torch.nn.functional; nothing for a tensor."""
        names: list[str] = []
        part = base
        while part.data == "attribute":
            names.insert(0, str(part.children[1]))
            part = part.children[0]
        root = str(part.children[0]) if part.data == "name" else ""
        if root in self._reader.assigned:
            return ""
        dotted = ".".join([root, *names])
        return dotted if dotted in MODULES else ""

    def _attribute(self, base: Branch, home: str) -> Node:
        """Return what `x.T` or `torch.pi` stands for."""
        if home in ("torch", "math") and self._name in ("pi", "e"):
            token = Token("NAME", self._name, self._start, end_pos=self._end)
            return self._reader.constant(token)
        if not home and self._name == "T":
            return Apply("transpose", (self._reader.node(base),), self._start, self._end)
        text = N_("No .{name} is understood here: a tensor has .T and methods, as in x.sum().")
        if self._name in FUNCTIONS:
            text = N_("{name} needs its brackets: x.{name}().")
        return self._refuse(text, name=self._name[:24])

    def _function(self, home: str) -> Apply:
        """Return a function, of a module if `home` names one."""
        self._check_home(home)
        if self._name not in FUNCTIONS:
            self._unknown()
        if home and self._name in ("max", "min") and len(self._given) > 1:
            self._along_or_larger()
        return self._bound([])

    def _check_home(self, home: str) -> None:
        if home in ("math", "np", "numpy"):
            text = N_("{home}.{name} would leave the graph: write {name}(x) or torch.{name}(x).")
            self._refuse(text, home=home, name=self._name)
        if home == "torch" and self._name in NOT_IN_TORCH:
            text = N_("torch has no {name} of its own: write F.{name}(x).")
            self._refuse(text, name=self._name)
        if home in FUNCTIONAL and self._name in FUNCTIONS and self._name not in IN_FUNCTIONAL:
            text = N_("torch.nn.functional has no {name}: write torch.{name}(x).")
            self._refuse(text, name=self._name)

    def _method(self, tensor: Node) -> Apply:
        """Return a method of a tensor."""
        if self._name == "t" and not self._given:
            return Apply("transpose", (tensor,), self._start, self._end)
        if self._name == "backward":
            text = N_("backward() runs by itself, from the last line: leave this out.")
            self._refuse(text)
        if self._name not in FUNCTIONS:
            self._unknown()
        if not FUNCTIONS[self._name].method:
            text = N_("A tensor has no method {name}: write {usage}.")
            self._refuse(text, name=self._name, usage=usage(self._name))
        if self._name in ("max", "min") and self._given:
            self._along_or_larger()
        return self._bound([tensor])

    def _along_or_larger(self) -> None:
        """Refuse torch.max(x, 0): it is the largest along a dimension, not the larger of two."""
        last = self._given[-1]
        named = last.data == "keyword"
        if named or isinstance(self._reader.node(last.children[0]), Number):
            text = N_(
                "In torch this picks the {name} along a dimension. Of two values it is written "
                "{name}imum(x, 0)."
            )
            self._refuse(text, name=self._name)

    def _bound(self, parts: list[Node]) -> Apply:
        """Return the function with its arguments in their order, None for those left out."""
        wanted = FUNCTIONS[self._name]
        found: dict[str, Node] = dict(zip(wanted.arguments, parts, strict=False))
        self._check_decimals(len(parts))
        for place, given in enumerate(self._given, len(parts)):
            name = self._argument(given, place)
            if name in found:
                self._wrong_count()
            found[name] = self._value(given)
        lacks = [name for name in wanted.arguments[: wanted.needed] if name not in found]
        if lacks and not (self._name == "clamp" and {"x", "max"} <= found.keys()):
            self._wrong_count()
        ordered = [found.get(name) for name in wanted.arguments]
        while ordered[-1] is None:
            ordered.pop()
        if "dim" in found and not _whole(found["dim"]):
            text = N_("dim is the number of a dimension: 0, 1 or -1.")
            self._reader.refuse(found["dim"], text)
        return Apply(self._name, tuple(ordered), self._start, self._end)

    def _argument(self, given: Branch, place: int) -> str:
        """Return which argument stands in this place, or is named."""
        arguments = FUNCTIONS[self._name].arguments
        if given.data == "keyword":
            name = {"input": "x"}.get(given.children[0], str(given.children[0]))
            if name not in arguments:
                text = N_("{name} takes no argument {argument}: it is written {usage}.")
                said = {"argument": name[:24], "usage": usage(self._name)}
                self._refuse(text, given.children[0], name=self._name, **said)
            return name
        if place >= len(arguments):
            self._wrong_count()
        return arguments[place]

    def _value(self, given: Branch) -> Node:
        value = given.children[-1]
        if value.data == "list":
            text = N_("A list of numbers gets a name first, in a line of its own: a = [1, 2].")
            refuse(self._reader.text, value.meta.start_pos, value.meta.end_pos, text)
        return self._reader.node(value)

    def _check_decimals(self, before: int) -> None:
        """Refuse `0,5` where it may be one number, and may be two arguments."""
        begin, wanted = self._token.end_pos or 0, FUNCTIONS[self._name]
        written = _without_inner_brackets(self._reader.text[begin : self._end])
        decimal = DECIMAL.search(written)
        if not decimal:
            return
        count = before + len(self._given)
        as_two = wanted.needed <= count <= len(wanted.arguments)
        as_one = wanted.needed <= count - 1
        sure = SEPARATOR.search(written) and not re.search(r",\s", written)
        if as_two and (sure or not as_one):
            return
        first = begin + decimal.start()
        text = N_("{found} can be two numbers or one: write {first}, {second} or {first}.{second}.")
        refuse(
            self._reader.text,
            first,
            first + len(decimal[0]),
            text,
            found=decimal[0][:24],
            first=decimal[1][:12],
            second=decimal[2][:12],
        )

    def _wrong_count(self) -> NoReturn:
        text = N_("{name} is written {usage}, and here it has other arguments.")
        if self._tree.data == "method":
            text = N_("As a function, {name} is written {usage}; here it has other arguments.")
        self._refuse(text, name=self._name, usage=usage(self._name))

    def _unknown(self) -> NoReturn:
        name = self._name[:24]
        if self._name in MAKERS:
            text = N_("A tensor gets a name first, in a line of its own: a = torch.tensor(2.0).")
            self._refuse(text)
        near = OTHERWISE.get(self._name.lower()) or next(
            iter(get_close_matches(self._name.lower(), FUNCTIONS, 1, 0.65)), ""
        )
        reader, method = self._reader, self._tree.data == "method"
        tensor = self._name in (*reader.names, *reader.assigned, *CONSTANTS)
        if not method and (tensor or (len(self._name) == 1 and not near)):
            text = N_("{name} is no function here: a product is written {name}*(…).")
            self._refuse(text, name=name)
        if near:
            text = N_("{name} is no function here: the nearest is {near}.")
            self._refuse(text, name=name, near=usage(near))
        text = N_("{name} is no function here: there are {known} and others.")
        self._refuse(text, name=name, known=FEW)

    def _refuse(self, said: str, token: Token | None = None, **fields: object) -> NoReturn:
        at = token or self._token
        refuse(self._reader.text, at.start_pos or 0, at.end_pos or 0, said, **fields)


def _without_inner_brackets(text: str) -> str:
    """Return the brackets of a call with nothing in the brackets inside of them."""
    depth, found = 0, []
    for letter in text:
        depth -= letter in ")]"
        found.append(letter if depth <= 1 else "#")
        depth += letter in "(["
    return "".join(found)


def _whole(node: Node | None) -> bool:
    return isinstance(node, Number) and node.value in (-2, -1, 0, 1)
