"""The engine of the tests, and dumps whose tweets overlap, change and disappear.

Daft leaves its pipes and processes to the garbage collector, which runs after each test.
"""

import gc
import gzip
from pathlib import Path

import pytest

from tests.support.dumps import minutes, status, tar
from tests.support.reading import lines
from tests.support.statuses import NEW
from workbench.cluster.engine import Engine, EngineName

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    ignored = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(ignored)


@pytest.fixture(autouse=True)
def _collected():
    yield
    gc.collect()


@pytest.fixture(params=["daft"])
def engine(request) -> Engine:
    """Each engine, with two workers."""
    return Engine(EngineName(request.param), workers=2)


@pytest.fixture
def dumps(tmp_path) -> list[str]:
    """Two dumps with repeated tweets, edited ones, deletions of both, and damaged members."""
    files = minutes(8, size=40)
    whole = files["2019/07/03/06/00.json.gz"]
    files["2019/07/03/07/00.json.gz"] = whole[: len(whole) // 2]
    files["2019/07/03/07/01.json.gz"] = b"not gzip"
    files["2019/07/03/07/02.json.gz"] = gzip.compress(
        lines(
            # Of the versions of 500, one is deleted. Those of 1 are far apart.
            *(_version(number, of=[500, 501]) for number in (500, 501)),
            {"delete": {"status": {"id": NEW + 500}}},
            *(_version(number, of=[1, 350]) for number in (1, 350)),
            _version(351, of=[351], reply_to=1),
            _version(352, of=[352], reply_to=500),
            *(status(77, favorite_count=likes) for likes in range(30)),
        ),
        mtime=0,
    )
    users = [{"id": "8", "username": "ann"}]
    files["users_1.json"] = lines({"users": users})
    first = dict(list(files.items())[:6])
    return [tar(tmp_path / "first.tar", first), tar(tmp_path / "second.tar", files)]


def _version(number: int, *, of: list[int], reply_to: int | None = None) -> dict:
    """Write a tweet as API v2, with its edit history."""
    references = [{"type": "replied_to", "id": str(NEW + reply_to)}] if reply_to else []
    return {
        "id": str(NEW + number),
        "text": f"version {number}",
        "author_id": "8",
        "edit_history_tweet_ids": [str(NEW + each) for each in of],
        "referenced_tweets": references,
    }
