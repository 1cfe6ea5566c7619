"""The parts that the apps in `apps/` are built from.

Each app has a package of its own: `home`, `search`, `statistics`, `label` and `curate`. Read
threads needs no more than `components`, which all pages share. `session` keeps what outlives a
page: the workspace of the server, its jobs, files and scores. Imports run in that order only.
"""
