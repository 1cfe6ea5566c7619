"""Synthetic dumps whose tweets overlap, quote, answer and delete each other."""

import gzip
import io
import random
import tarfile
from pathlib import Path

from tests.support.reading import lines
from tests.support.statuses import NEW
from workbench.storage import Workspace


def status(number: int, **more: object) -> dict:
    user = {"id": number % 7 + 1, "screen_name": f"user{number % 7}"}
    return {"id": NEW + number, "text": f"text {number}", "user": user, **more}


def minutes(count: int, *, size: int = 30, seed: int = 7) -> dict[str, bytes]:
    """Make minutes whose tweets overlap, quote, answer and delete each other."""
    rng = random.Random(seed)
    made = {}
    for minute in range(count):
        records = []
        for _ in range(size):
            number = rng.randrange(count * size)
            parent = NEW + rng.randrange(count * size)
            kind = rng.choice(["tweet", "reply", "quote", "retweet", "delete", "odd"])
            records.append(
                {
                    "tweet": status(number, lang=rng.choice(["en", "und", "de"])),
                    "reply": status(number, in_reply_to_status_id=parent),
                    "quote": status(number, quoted_status=status(number + 1, favorite_count=4)),
                    "retweet": status(number, retweeted_status=status(number + 2, text="x" * 9)),
                    "delete": {"delete": {"status": {"id": parent}}},
                    "odd": {"id": "odd"},
                }[kind]
            )
        made[f"2019/07/03/06/{minute:02}.json.gz"] = gzip.compress(lines(*records), mtime=0)
    return made


def tar(path: Path, files: dict[str, bytes]) -> str:
    with tarfile.open(path, "w") as bundle:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            bundle.addfile(info, io.BytesIO(data))
    return str(path)


def table(workspace: Workspace) -> dict[str, bytes]:
    """Return the bytes of the tables that must not depend on how the dump was read."""
    paths = [*workspace.path("tweets").glob("*"), workspace.path("deletions")]
    return {path.name: path.read_bytes() for path in sorted(paths)}
