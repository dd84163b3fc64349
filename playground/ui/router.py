"""Every visit comes through here: language, navigation, the chosen page."""

import streamlit as st

from playground.ui import ICON, PAGES, language
from playground.ui.language import _

st.set_page_config(
    page_title="Gradient Playground",
    page_icon=str(ICON),
    layout="wide",
    initial_sidebar_state=250,
)
head = st.container(horizontal=True, vertical_alignment="center")
with head:
    heading = st.container()
    with st.container(width="content"):
        language.choose()

page = st.navigation(
    [
        st.Page(PAGES / "home.py", title=_("Home"), icon=":material/home:", default=True),
        st.Page(
            PAGES / "stages.py",
            title=_("Fit a sine, eight ways"),
            icon=":material/show_chart:",
            url_path="stages",
            help=_("Train the same small model from NumPy to a graph that changes every step."),
        ),
    ],
    position="top",
)
heading.header(page.title if page.url_path else "Gradient Playground", anchor=False)
page.run()
