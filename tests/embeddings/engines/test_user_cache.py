"""Files in the user cache are made once, completely or not at all, and again if changed."""

import pytest

from workbench.embeddings.engines import user_cache
from workbench.exceptions import StageError


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("WORKBENCH_CACHE", "")
    return tmp_path / "thread-workbench"


class Maker:
    """Writes a file and counts its calls."""

    def __init__(self):
        self.times = 0

    def __call__(self, folder):
        self.times += 1
        (folder / "a.bin").write_bytes(b"content")


def test_make_once_makes_files_once_per_key(home):
    make = Maker()
    first = user_cache.make_once("kind", key="k", make=make)
    assert user_cache.make_once("kind", key="k", make=make) == first
    assert make.times == 1
    assert (first[0] / "a.bin").read_bytes() == b"content"
    other = user_cache.make_once("kind", key="l", make=make)
    assert other[0] != first[0]
    assert other[1] == first[1]
    assert first[0].parent == home / "kind"


@pytest.mark.parametrize("damage", ["altered", "cut", "removed", "added", "sums"])
def test_make_once_replaces_changed_files(damage):
    make = Maker()
    folder, content = user_cache.make_once("kind", key="k", make=make)
    file = folder / "a.bin"
    if damage == "removed":
        file.unlink()
    elif damage == "added":
        (folder / "b.bin").write_bytes(b"")
    elif damage == "sums":
        (folder / "sha256.json").write_text("{")
    else:
        file.write_bytes(b"contenT" if damage == "altered" else b"cont")
    assert user_cache.make_once("kind", key="k", make=make) == (folder, content)
    assert make.times == 2
    assert sorted(path.name for path in folder.iterdir()) == ["a.bin", "sha256.json"]


def test_make_once_logs_once(home, caplog):
    for _ in range(2):
        user_cache.make_once("fast", key="k", make=Maker())
    (message,) = caplog.messages
    assert "making the files of `fast`, once" in message
    assert str(home) in message


def test_the_environment_variable_sets_the_folder_unless_off(home, tmp_path, monkeypatch):
    assert (user_cache.folder(), user_cache.is_off()) == (home, False)
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "mine"))
    assert (user_cache.folder(), user_cache.is_off()) == (tmp_path / "mine", False)
    for off in ("off", " OFF "):
        monkeypatch.setenv("WORKBENCH_CACHE", off)
        assert (user_cache.folder(), user_cache.is_off()) == (home, True)


def test_a_failed_make_leaves_nothing(home):
    def fail(folder):
        (folder / "a.bin").write_bytes(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        user_cache.make_once("kind", key="k", make=fail)
    assert list((home / "kind").iterdir()) == []


def test_the_first_of_two_simultaneous_makes_wins():
    make = Maker()

    def slow(folder):
        user_cache.make_once("kind", key="k", make=make)
        make(folder)

    folder, _ = user_cache.make_once("kind", key="k", make=slow)
    assert make.times == 2
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_an_unwritable_folder_gives_a_hint(home):
    home.write_text("a file, not a folder")
    with pytest.raises(StageError, match=r"Cannot write to the cache folder[^$]*WORKBENCH_CACHE"):
        user_cache.make_once("kind", key="k", make=Maker())
