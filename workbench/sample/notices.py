"""Write the lines of the synthetic dump that are not tweets."""

import random
from collections.abc import Iterator

import numpy as np

from workbench.sample.statuses import EPOCH_MS, Draft, line
from workbench.sample.users import user_id


def deletions(
    count: int, doomed: list[Draft], *, start_ms: int, rng: np.random.Generator
) -> Iterator[bytes]:
    """Write the delete notices of a minute, in random order.

    Tweets of the dump have odd ids. Notices for tweets outside the dump have even ids.

    Args:
        count: Total number of notices.
        doomed: Tweets of the dump to delete.
        start_ms: First millisecond of the minute.
        rng: Source of randomness.
    """
    others = count - len(doomed)
    age_ms = (rng.pareto(0.5, others) * 60_000_000).clip(0, 200_000_000_000).astype(np.int64)
    low = rng.integers(0, 1 << 21, others, dtype=np.int64) << 1
    ids = ((start_ms - EPOCH_MS - age_ms) << 22 | low).tolist()
    users = rng.integers(12_000_000, 3_000_000_000, others).tolist()
    gone = [(draft.tweet_id, user_id(draft.author)) for draft in doomed]
    gone.extend(zip(ids, users, strict=True))
    times = (start_ms + rng.integers(0, 60_000, count)).tolist()
    for place, time in zip(rng.permutation(count).tolist(), times, strict=True):
        tweet, person = gone[place]
        yield (
            f'{{"delete":{{"status":{{"id":{tweet},"id_str":"{tweet}","user_id":{person},'
            f'"user_id_str":"{person}"}},"timestamp_ms":"{time}"}}}}\r\n'
        ).encode("ascii")


def notice(ms: int, rng: random.Random) -> bytes:
    """Write one of the other messages of the stream."""
    person, low = rng.randrange(12_000_000, 3_000_000_000), rng.getrandbits(21) << 1
    tweet = (ms - EPOCH_MS - rng.randrange(10**10)) << 22 | low
    kinds = {
        "limit": {"track": rng.randrange(1, 5_000), "timestamp_ms": str(ms)},
        "scrub_geo": {
            "user_id": person,
            "user_id_str": str(person),
            "up_to_status_id": tweet,
            "up_to_status_id_str": str(tweet),
            "timestamp_ms": str(ms),
        },
        "status_withheld": {
            "id": tweet,
            "user_id": person,
            "withheld_in_countries": ["DE", "AR"],
            "timestamp_ms": str(ms),
        },
        "user_withheld": {
            "id": person,
            "withheld_in_countries": ["TR"],
            "timestamp_ms": str(ms),
        },
        "warning": {
            "code": "FALLING_BEHIND",
            "message": "Your connection is falling behind and messages are being queued.",
            "percent_full": rng.randrange(60, 100),
            "timestamp_ms": str(ms),
        },
        "disconnect": {"code": 4, "stream_name": "sample", "reason": "stall"},
    }
    kind = rng.choices(list(kinds), weights=(4, 4, 4, 3, 2, 1))[0]
    return line({kind: kinds[kind]})
