"""Render tweets and threads as safe HTML.

Everything in a tweet is treated as hostile: `html` escapes it, so that no text becomes markup, a
link or a picture. `thread_outline` finds the gaps of missing tweets, `css` has the shared styles.
The dashboard and the notebooks use this package; no stage does.
"""
