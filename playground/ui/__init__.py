"""What pages are built from; with the features' views, the only code that imports streamlit."""

from pathlib import Path

PACKAGE = Path(__file__).parents[1]
# What streamlit is pointed at, app.py, pages/ and .streamlit/, lies in the package once that is
# installed from a wheel, and beside it in a checkout.
SERVED = PACKAGE / "served" if (PACKAGE / "served").is_dir() else PACKAGE.parent
APP = SERVED / "app.py"
PAGES = SERVED / "pages"
ROUTER = Path(__file__).parent / "router.py"
ICON = Path(__file__).parent / "icon.svg"


def script(slug: str) -> Path:
    """Return the script of the page at the address `slug`, as links of Streamlit name it."""
    return PAGES / f"{slug}.py"
