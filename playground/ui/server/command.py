"""The command `gradient-playground`: serve the app from any folder."""

from __future__ import annotations

import errno
import os
import socket
import sys
import threading
import time
import webbrowser
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from importlib import metadata

from playground.ui import APP

NAME = "gradient-playground"


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGINT or SIGTERM; raise SystemExit at the end, or for what cannot be served."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    cut = given.index("--") if "--" in given else len(given)
    asked = _parser().parse_args(given[:cut])
    if asked.version:
        print(NAME, metadata.version(NAME))
        return
    _try_to_listen(asked.host, asked.port or 0)
    options = [f"--server.address={asked.host}"]
    if asked.port is not None:
        options.append(f"--server.port={asked.port}")
    if asked.no_browser:
        options.append("--server.headless=true")

    # here and not above: --help need not wait for it
    from streamlit.web import cli

    threading.Thread(target=_open_browser, args=(asked.host,), daemon=True).start()
    cli.main(["run", str(APP), *options, *given[cut + 1 :]], prog_name="streamlit")


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        NAME,
        usage=f"{NAME} [--host HOST] [--port PORT] [--no-browser] [-- OPTION_OF_STREAMLIT ...]",
        description="See how PyTorch learns, in the browser, on your own real run.",
        epilog="What follows -- goes to `streamlit run`, for example -- --server.baseUrlPath=play. "
        "Streamlit's environment variables (STREAMLIT_SERVER_PORT and so on) count too.",
    )
    parser.add_argument(
        "--host",
        default=os.environ.get("STREAMLIT_SERVER_ADDRESS", "localhost"),
        help="the address to listen on; localhost is for this machine alone, 0.0.0.0 for all that "
        "reach it (now: %(default)s)",
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=os.environ.get("STREAMLIT_SERVER_PORT"),
        help="0 takes any that is free; without it, the first free one from 8501",
    )
    parser.add_argument("--no-browser", action="store_true", help="open no browser")
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise ArgumentTypeError(f"a port is a number from 0 to 65535, and not {text!r}")
    return int(text)


def _try_to_listen(host: str, port: int) -> None:
    """Raise SystemExit with a sentence if the server could not listen there."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as tried:
            if os.name != "nt":  # there it would let two servers have one port
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sys.exit(f"Port {port} is taken: choose another with --port; 0 takes any free one.")
        sys.exit(f"Cannot listen on {host}, port {port}: {error.strerror}.")


def _open_browser(host: str) -> None:
    """Open the app once the server listens: Streamlit does it for a script, not for an `App`."""
    import streamlit as st
    from streamlit import runtime
    from streamlit.web.server import server_util

    while not runtime.exists():  # by then the port is known and listens
        time.sleep(0.1)
    if not st.get_option("server.headless"):
        webbrowser.open(server_util.get_url(server_util.get_display_address(host)))
