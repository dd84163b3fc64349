"""What is tracked: a lesson line by line, and the ways to stop a gradient side by side."""

import streamlit as st

from playground.features.tracking.view import lines, ways


def show() -> None:
    """Show the page."""
    lesson = lines.pick()
    run = lines.record(lesson)
    left, right = st.columns([9, 11], gap="medium")
    with left:
        lines.code(lesson)
    with right:
        lines.walk(lesson, run)
    lines.prose(lesson)
    if lesson.stopped:
        ways.compare()
