"""What pages are built from; with the features' views, the only code that imports streamlit."""

from pathlib import Path

PAGES = Path(__file__).parents[2] / "pages"
ICON = Path(__file__).parent / "icon.svg"


def script(slug: str) -> Path:
    """Return the script of the page at the address `slug`, as links of Streamlit name it."""
    return PAGES / f"{slug}.py"
