"""Draw the map from the command line."""

from tests.support import fakes
from tests.support.command_line import call


def test_map_places_all_threads(folder):
    fakes.embed(fakes.workspace(folder / "workspace", threads=40))
    code, output = call("map", "--method", "axes")
    assert code == 0, output
    assert "40 threads, by axes" in output


def test_map_without_vectors_says_what_to_do(folder):
    fakes.workspace(folder / "workspace", threads=5)
    code, output = call("map")
    assert code == 1
    assert "Hint:" in output
