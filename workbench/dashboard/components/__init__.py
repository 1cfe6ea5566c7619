"""Parts of a page that several apps share: tables and readers of threads, messages, controls.

They know `session` but no page.
"""
