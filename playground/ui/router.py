"""Every visit comes through here: language, navigation, the chosen page."""

import streamlit as st

from playground.ui import ICON, PAGES, language
from playground.ui.language import _
from playground.ui.site import SITE

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
        *(
            st.Page(
                page.path,
                title=_(page.title),
                icon=page.icon,
                url_path=page.slug,
                help=_(page.about),
            )
            for page in SITE
        ),
    ],
    position="top",
)
heading.header(page.title if page.url_path else "Gradient Playground", anchor=False)
page.run()
