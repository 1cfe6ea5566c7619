from workbench.archives import places
from workbench.remote.files import expand


def test_places_are_alike_on_this_machine_and_elsewhere(web, tmp_path):
    (tmp_path / "a").write_bytes(b"0123456789")
    web.whole.add("b")
    (remote,), (stream,) = (expand(web.put(name, b"0123456789")) for name in "ab")
    for place in (tmp_path / "a", remote):
        with places.open_binary(place) as opened:
            opened.seek(4)
            assert opened.read(2) == b"45"
        assert places.size_of(place) == 10
        assert places.is_seekable(place)
    assert places.size_of(stream) == 0
    assert not places.is_seekable(stream)


def test_identity_changes_with_the_content(web, tmp_path):
    (one,) = expand(web.put("a", b"one"))
    web.etag = '"two"'
    (two,) = expand(web.put("a", b"two"))
    assert places.identity(one) != places.identity(two)
    assert places.identity(one) == places.identity(one)
