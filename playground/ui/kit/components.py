"""What our own components in the browser share: how their scripts are read, how buttons look."""

from pathlib import Path

BUTTON_CSS = """button {
  font: inherit; color: var(--st-text-color); background: transparent; cursor: pointer;
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius);
  padding: 0.25rem 0.75rem; min-height: 2.5rem; font-size: 0.875rem;
}
button:hover, button:focus-visible { border-color: var(--st-primary-color); }"""


def script(name: str, beside: str) -> str:
    """Return the text of a script that lies beside a file of ours."""
    return (Path(beside).parent / f"{name}.js").read_text(encoding="utf-8")
