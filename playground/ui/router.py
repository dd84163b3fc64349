"""Every visit comes through here: language, navigation, the chosen page."""

import streamlit as st

from playground.features import PAGES
from playground.ui import ICON, frame, language, links, script, task, workers
from playground.ui.language import _
from playground.ui.server import hosting
from playground.ui.session import visit

NAME = "Gradient Playground"

st.set_page_config(
    page_title=NAME,
    page_icon=str(ICON),
    layout="wide",
    initial_sidebar_state=250,
)
head = st.container(horizontal=True, vertical_alignment="center")
with head:
    heading = st.container()
    with st.container(width="content"):
        language.choose()

menu: dict[str, list[st.Page]] = {}
for slug, page in PAGES.items():
    menu.setdefault(_(page.section) if page.section else "", []).append(
        st.Page(
            script(slug),
            title=page.said(page.title, _),
            icon=page.symbol,
            url_path=slug if page.section else None,
            help=page.said(page.about, _) or None,
            default=not page.section,
        )
    )
chosen = st.navigation(menu, position="top")
heading.title(chosen.title if chosen.url_path else NAME, anchor=False)
if chosen.url_path:
    st.set_page_config(page_title=f"{chosen.title} · {NAME}")
links.mend_link(chosen)
if hosting.started_again():
    st.info(
        _(
            "The server was started again while this page was open. Your settings are kept; a run "
            "that went on is gone: press Train to run it again."
        ),
        icon=":material/restart_alt:",
    )
visit().open(chosen.url_path)
if chosen.url_path:
    task.show()
with workers.told():
    chosen.run()
if chosen.url_path:
    task.builder(PAGES[chosen.url_path])
frame.show()
