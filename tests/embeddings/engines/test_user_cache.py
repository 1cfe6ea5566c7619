"""Artefacts: made once, whole or not at all, and again where they were altered."""

import pytest

from workbench.embeddings.engines import user_cache
from workbench.exceptions import StageError


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("WORKBENCH_CACHE", "")
    return tmp_path / "thread-workbench"


class Making:
    """Writes a file, and counts how often."""

    def __init__(self):
        self.times = 0

    def __call__(self, folder):
        self.times += 1
        (folder / "a.bin").write_bytes(b"content")


def test_made_makes_it_once_for_a_key(home):
    make = Making()
    first = user_cache.made("kind", key="k", make=make)
    assert user_cache.made("kind", key="k", make=make) == first
    assert make.times == 1
    assert (first[0] / "a.bin").read_bytes() == b"content"
    other = user_cache.made("kind", key="l", make=make)
    assert other[0] != first[0]
    assert other[1] == first[1]
    assert first[0].parent == home / "kind"


@pytest.mark.parametrize("damage", ["altered", "cut", "removed", "added", "sums"])
def test_made_makes_what_was_altered_anew(damage):
    make = Making()
    folder, content = user_cache.made("kind", key="k", make=make)
    file = folder / "a.bin"
    if damage == "removed":
        file.unlink()
    elif damage == "added":
        (folder / "b.bin").write_bytes(b"")
    elif damage == "sums":
        (folder / "sha256.json").write_text("{")
    else:
        file.write_bytes(b"contenT" if damage == "altered" else b"cont")
    assert user_cache.made("kind", key="k", make=make) == (folder, content)
    assert make.times == 2
    assert sorted(path.name for path in folder.iterdir()) == ["a.bin", "sha256.json"]


def test_made_says_so_once(home, caplog):
    for _ in range(2):
        user_cache.made("fast", key="k", make=Making())
    (told,) = caplog.messages
    assert "making the files of `fast`, once" in told
    assert str(home) in told


def test_folder_is_the_one_named_and_off_names_none(home, tmp_path, monkeypatch):
    assert (user_cache.folder(), user_cache.is_off()) == (home, False)
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "mine"))
    assert (user_cache.folder(), user_cache.is_off()) == (tmp_path / "mine", False)
    for off in ("off", " OFF "):
        monkeypatch.setenv("WORKBENCH_CACHE", off)
        assert (user_cache.folder(), user_cache.is_off()) == (home, True)


def test_what_fails_half_way_leaves_nothing(home):
    def fail(folder):
        (folder / "a.bin").write_bytes(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        user_cache.made("kind", key="k", make=fail)
    assert list((home / "kind").iterdir()) == []


def test_of_two_that_make_it_at_once_the_first_wins():
    make = Making()

    def slow(folder):
        user_cache.made("kind", key="k", make=make)
        make(folder)

    folder, _ = user_cache.made("kind", key="k", make=slow)
    assert make.times == 2
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_folder_that_cannot_be_written_gives_a_hint(home):
    home.write_text("a file, not a folder")
    with pytest.raises(StageError, match=r"cannot be written[^$]*WORKBENCH_CACHE"):
        user_cache.made("kind", key="k", make=Making())
