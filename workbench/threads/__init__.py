"""Stage 2: rebuild the reply trees of a table of tweets.

`build` links tweets by id, numbers their reading order, reads the text of linked tweets only and
adds up facts per thread. `coverage` counts how many parents are present. `text_search` finds
threads by words or ids.
"""

from workbench.threads.build import from_tweets

__all__ = ["from_tweets"]
