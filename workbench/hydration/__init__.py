"""List missing tweets by value, and fetch them through the official API.

`missing_parents` lists the tweets that no dump contains. `client` requests them through
`transport`; `page_store` keeps the pages that come back and `page_parser` reads them.
`pipeline.hydrate` runs all of it and ingests the pages. `missing_tweets` says why a tweet is
missing, for whatever shows threads.
"""
