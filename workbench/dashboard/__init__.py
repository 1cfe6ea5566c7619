"""The parts that the apps in `apps/` are built from.

Each app has a package of its own: `home`, `read`, `search`, `statistics`, `label` and `curate`.
All of them share `components`. `session` keeps what outlives a page: the workspace of the server,
its jobs, files and scores. Imports run in that order only.
"""
