"""Home: choose dumps, run the stages, and see what to do next.

`workspace_state` reads the workspace once, as a `View`. `overview` and `ledger` draw it, and
`actions` does what the buttons say.
"""
