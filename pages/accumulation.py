"""Gradients accumulate: a bucket, one graph again, micro-batches, a forgotten zero_grad."""

import streamlit as st

from playground.ui import accumulation, live

part = accumulation.pick_part()
settings = accumulation.settings_for(part)
if not accumulation.waits(part, settings):
    results = live.computed(f"playground.accumulation.running:{part}", settings)
    accumulation.compare(part, settings, results)

    left, right = st.columns(2, gap="medium")
    with left:
        accumulation.show(part, settings, results)
    with right:
        accumulation.explain(part)
