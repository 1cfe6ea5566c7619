"""The library: what notebooks and scripts call, through the names of the package `workbench`.

`workspace` is an open workspace with its tables, `search` and `thread`; `results`, `thread` and
`overview` are what it shows. `runs` runs the stages, with a `progress_view`. `stages` runs each
stage on frames, without a workspace. `thread_search`, `thread_lookup`, `thread_text` and
`turn_facts` also serve the command line and the dashboards.
"""
