"""A process connects to one engine, and says so if that is not the one it wants."""

import pytest

from tests.support import cluster
from workbench.cluster import connection
from workbench.exceptions import StageError

pytestmark = cluster.needs_daft


def test_a_process_that_uses_another_engine_is_told_first():
    connection.connect("daft", "auto")
    connection.connect("daft", "ignored")

    with pytest.raises(StageError, match="already uses another engine"):
        connection.connect("ray", "127.0.0.1:9")


def test_a_process_that_uses_another_cluster_is_told(monkeypatch):
    monkeypatch.setattr(connection, "_connected", [("ray", "one:6379")])

    connection.connect("ray", "one:6379")
    with pytest.raises(StageError, match="another engine or cluster"):
        connection.connect("ray", "other:6379")


@pytest.mark.parametrize("address", ["127.0.0.1:9", "ray://127.0.0.1:9", "127.0.0.1:x"])
def test_an_address_at_which_nothing_listens_is_told_at_once(monkeypatch, address):
    cluster.skip_without_ray()
    monkeypatch.setattr(connection, "_connected", [])

    with pytest.raises(StageError, match=f"`{address}` cannot be reached"):
        connection.connect("ray", address)


def test_an_unreachable_cluster_is_told(monkeypatch):
    cluster.skip_without_ray()
    import ray

    def refuse(**_):
        msg = "Could not find any running Ray instance."
        raise ConnectionError(msg)

    monkeypatch.setattr(ray, "init", refuse)
    monkeypatch.setattr(ray, "is_initialized", lambda: False)

    with pytest.raises(StageError, match="`auto` cannot be reached") as error:
        connection._connect_ray("auto")

    assert "ray start --head" in error.value.hint
