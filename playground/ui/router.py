"""Every visit comes through here: language, navigation, the chosen page."""

import streamlit as st

from playground.teaching.tasks import Task
from playground.ui import ICON, PAGES, choice, hosting, language, live, teaching
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

menu: dict[str, list[st.Page]] = {
    "": [st.Page(PAGES / "home.py", title=_("Home"), icon=":material/home:", default=True)]
}
for page in SITE:
    menu.setdefault(_(page.section), []).append(
        st.Page(
            page.path,
            title=_(page.title),
            icon=page.icon,
            url_path=page.slug,
            help=_(page.about),
        )
    )
chosen = st.navigation(menu, position="top")
heading.header(chosen.title if chosen.url_path else "Gradient Playground", anchor=False)
choice.mend_link(chosen)
if hosting.started_again():
    st.info(
        _(
            "The server was started again while this page was open. Your settings are kept; a run "
            "that went on is gone: press Train to run it again."
        ),
        icon=":material/restart_alt:",
    )
st.session_state["_came_from"] = st.session_state.get("_page")
st.session_state["_page"] = chosen.url_path
if st.session_state["_came_from"] != chosen.url_path:
    st.session_state.pop("_pressed", None)  # it was not this page's run
st.session_state["_task"] = Task()
if chosen.url_path:
    st.session_state["_knobs"] = ()
    teaching.show()
with live.told():
    chosen.run()
if chosen.url_path:
    teaching.builder(chosen.url_path)
