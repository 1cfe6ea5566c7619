"""Check how paths that people write are resolved."""

from pathlib import Path

from workbench.storage import paths


def test_path_of_replaces_the_tilde_only_for_known_users(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ann")
    assert paths.path_of("~/a.txt") == Path("/home/ann/a.txt")
    assert paths.path_of("~nobody-of-that-name/a.txt") == Path("~nobody-of-that-name/a.txt")
    assert paths.path_of("b.txt") == Path("b.txt")
