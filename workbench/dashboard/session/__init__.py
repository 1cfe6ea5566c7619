"""State, jobs and files of a dashboard, without anything that is drawn.

`server` knows which workspace all pages show. `scores_opening` opens its scores, and
`scores_session` keeps them in memory. `jobs` runs stages in processes of their own. The other
modules read files, addresses and deletions.
"""
