"""The page *Read*: filters with counts, the list of threads, and the open conversation.

`filters` decides which threads are listed, `facet_panel` is the control for it. `layout` puts the
three columns side by side. The list and the conversation are components that all pages share.
"""
