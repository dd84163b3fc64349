"""The only package that imports streamlit."""

from pathlib import Path

PAGES = Path(__file__).parents[2] / "pages"
ICON = Path(__file__).parent / "icon.svg"
