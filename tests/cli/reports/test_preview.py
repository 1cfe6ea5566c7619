"""`workbench ingest --show`: what it prints."""

import pytest

from tests.support.command_line import call
from tests.support.reading import lines
from workbench.recipe import Recipe

FIRST, SECOND = 1146303338000000001, 1146303438000000002
TABLE = f"Tweet Id,Tweet,Username\n{FIRST},How?,ann\n{SECOND},Like\x1b[31m this,bob\n"


@pytest.fixture
def table(folder):
    (folder / "mine.csv").write_text(TABLE)
    return folder


def test_show_prints_a_map_that_works_as_it_is(table):
    code, output = call("ingest", "mine.csv", "--show")
    assert code == 0, output
    assert "of no known format" in output
    assert "\x1b" not in output
    block = output[output.index("[ingest.columns]") : output.index("Hint:")]
    assert Recipe.from_toml(block).ingest.columns.author_name == ("Username",)
    (table / "mine.toml").write_text(block)
    code, output = call("ingest", "mine.csv", "--show", "-r", "mine.toml")
    assert code == 0, output
    assert "read as columns" in output
    assert "[ingest.columns]\n" not in output
    assert [line.split()[:4] for line in output.splitlines() if line.startswith("author_name")] == [
        ["author_name", "Username", "ann", "bob"]
    ]
    assert not (table / "workspace").exists()
    code, output = call("ingest", "mine.csv", "-r", "mine.toml")
    assert "2 lines of 1 member -> 2 tweets" in output


def test_show_prints_the_origin_of_each_field(folder):
    status = {"id": SECOND, "full_text": "a", "user": {"screen_name": "ann"}, "by_user": "bob"}
    (folder / "a.jsonl").write_bytes(lines(status))
    code, output = call("ingest", "a.jsonl", "--show")
    assert code == 0, output
    cells = {line.split("  ")[0]: line.split()[1:3] for line in output.splitlines() if "  " in line}
    assert cells["author_name"][0] == "user.screen_name"
    assert cells["created_at"] == ["the", "id"]
    assert cells["reply_to_id"] == ["not", "there"]
    assert "other keys: by_user" in output


def test_show_of_an_unknown_table_leaves_gaps_to_fill_in(folder):
    (folder / "a.csv").write_text("foo,bar\nhello,there\n")
    code, output = call("ingest", "a.csv", "--show")
    assert code == 0
    assert '# tweet_id = ""\n# text = ""\n' in output


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("absent.csv", "does not exist"),
        ("empty", "There is nothing to read"),
        ("a.png", "not text"),
    ],
)
def test_show_says_what_is_wrong(folder, name, problem):
    (folder / "empty").mkdir()
    (folder / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(99))
    code, output = call("ingest", name, "--show")
    assert problem in output
    assert code == (0 if name == "a.png" else 1)


def test_show_refuses_an_unknown_format(table):
    code, output = call("ingest", "mine.csv", "--show", "--format", "myspace")
    assert (code, "choose one of" in output) == (1, True)


def test_table_is_not_read_twice_with_different_maps(table):
    (table / "a.toml").write_text('[ingest.columns]\ntweet_id = "Tweet Id"\ntext = "Tweet"\n')
    (table / "b.toml").write_text('[ingest.columns]\ntweet_id = "Tweet Id"\ntext = "Username"\n')
    assert call("ingest", "mine.csv", "-r", "a.toml")[0] == 0
    assert "1 member known before" in call("ingest", "mine.csv", "-r", "a.toml")[1]
    code, output = call("ingest", "mine.csv", "-r", "b.toml")
    assert (code, "before, with another column map" in " ".join(output.split())) == (1, True)
    assert "new workspace" in output
    assert call("ingest", "mine.csv", "-r", "b.toml", "-w", "other")[0] == 0
