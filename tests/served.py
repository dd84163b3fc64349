"""The app as `app.py` serves it, with a route that fails."""

import streamlit as st
from starlette.routing import Route

import app as real
from playground.ui.server import hosting


async def fail(_):
    raise RuntimeError("on purpose")


app = st.App(
    real.ROUTER,
    lifespan=real.lifespan,
    routes=[*hosting.routes(), Route("/fail", fail)],
    middleware=real.LAYERS,
)
