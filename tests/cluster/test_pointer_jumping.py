import pytest

from tests.support import cluster
from workbench.cluster import pointer_jumping
from workbench.cluster.engine import Engine
from workbench.cluster.pointer_jumping import roots
from workbench.cluster.scratch import Scratch

pytestmark = cluster.needs_daft


@pytest.mark.parametrize("few", [0, 3, 1_000])
@pytest.mark.parametrize("length", [0, 9])
def test_every_tweet_of_a_chain_finds_its_root(tmp_path, monkeypatch, length, few):
    import daft

    monkeypatch.setattr(pointer_jumping, "FEW_LINKS", few)
    engine = Engine(workers=1)
    engine.start()
    ids = list(range(2, 2 + length))
    links = {"tweet_id": [*ids, 100], "up": [*(each - 1 for each in ids), 99]}

    found = roots(daft.from_pydict(links), Scratch(tmp_path, engine)).to_pydict()

    assert dict(zip(found["tweet_id"], found["root"], strict=True)) == {
        **dict.fromkeys(ids, 1),
        100: 99,
    }
