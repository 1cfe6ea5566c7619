"""Results shared by the sessions of a server."""

from workbench.dashboard.session.session_cache import SessionCache


def test_once_computes_again_only_for_another_key():
    cache, calls = SessionCache(), []

    def make():
        calls.append(None)
        return len(calls)

    assert [cache.once("sum", key, make) for key in (1, 1, 2, 2, 1)] == [1, 1, 2, 2, 3]
    assert cache.once("other", 1, make) == 4
