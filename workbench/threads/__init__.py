"""Stage 2, threads: tweets in; turns and threads out."""

from workbench.threads.build import from_tweets

__all__ = ["from_tweets"]
