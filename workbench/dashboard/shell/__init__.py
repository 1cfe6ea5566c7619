"""The bar above every page: what the server says for it, and what its buttons do.

The bar itself is `apps/head.html`. It asks `routes`, which answers with what `header` reads of the
workspace and its job, and with the `workspaces` that may be opened.
"""
