"""State, jobs and files of a dashboard, without anything that is drawn.

`server` knows which workspace all pages show. `scores_session` keeps its scores in memory. `jobs`
runs stages in processes of their own. The other modules read files, addresses and deletions.
"""
