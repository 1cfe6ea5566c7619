"""Thread Workbench: from dumps of tweets to conversation training data.

The path of the data, a module a stage; each builds the noun that it is called after:

    archive, lines, records, sources, sink, sightings, ingest, staging
                                       dumps, read member by member
    tweets.from_archives            1  one row a tweet, a ledger that accounts for every line
    threads.from_tweets             2  reply trees: turns and threads
    embeddings.from_threads         3  vectors in LanceDB
    scores.from_threads             4  facts and measures of every thread; drops nothing
    selection.from_scores           5  a recipe's verdicts, rule by rule
    export.from_selection           6  a pack of files that other tools load

`stages` says what each needs and makes, `pipeline` runs what is stale, `Workspace` knows where
each table lies, `Recipe` holds every knob.
"""

from workbench.recipe import Recipe
from workbench.storage import Workspace

__all__ = ["Recipe", "Workspace"]
