"""From the knobs of a page to its settings: widgets, links, locks."""
