"""Start the playground: `streamlit run app.py`, or `python app.py`."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from playground.ui import ROUTER, workers
from playground.ui.server import command, hosting
from playground.ui.server.compression import Compressed, streamlit_files
from playground.ui.server.connections import Undelayed


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """Keep the workers for as long as the server lives; look for garbage seldom.

    A page makes and drops thousands of lists: looking through all that is in memory for cycles
    at Python's own pace took a fifth of the time that pages cost. Yet what a page leaves is full
    of cycles: once in four million new objects, all is looked through.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 10)
    workers.open_queue()
    try:
        yield
    finally:
        workers.close_queue()


LAYERS = (  # each is inside the one before it
    Middleware(Undelayed),
    Middleware(hosting.Guard),
    Middleware(Compressed, files=streamlit_files()),
)
app = st.App(ROUTER, lifespan=lifespan, routes=hosting.routes(), middleware=LAYERS)

if __name__ == "__main__":
    command.main()
