"""The documentation site: `pages` are written by hand, `reference` generates the others.

`python -m docs.build` puts all of them together and builds the site; `make docs` calls it.
"""
