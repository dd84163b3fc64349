"""The pages of the site, a package each, named as in its address.

A feature is found by its folder: nothing else has to name it.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from playground.core.page import SECTIONS, Page


def _found() -> Mapping[str, Page]:
    pages: list[Page] = [
        import_module(f"{__name__}.{module.name}").PAGE for module in iter_modules(__path__)
    ]
    pages.sort(key=lambda page: (SECTIONS.index(page.section), page.place))
    return MappingProxyType({page.slug: page for page in pages})


PAGES = _found()
"""Every page by its address, in the order of the menu; the first is Home."""
