"""What the wheel takes from beside the package."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Served(BuildHookInterface):
    """Put the server's files into the package, where `playground.ui.SERVED` looks for them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add them to a wheel; an editable install serves those of the checkout."""
        if version == "standard":
            for name in ("app.py", "pages", ".streamlit"):
                build_data["force_include"][name] = f"playground/served/{name}"
