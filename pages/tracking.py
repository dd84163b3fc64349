"""What is tracked: a lesson line by line, and four ways to stop a gradient side by side."""

import streamlit as st

from playground.ui import inspector, ways

lesson = inspector.pick()
run = inspector.record(lesson)

left, right = st.columns([9, 11], gap="medium")
with left:
    inspector.code(lesson)
with right:
    inspector.walk(lesson, run)
inspector.prose(lesson)
if lesson.stopped:
    ways.compare()
