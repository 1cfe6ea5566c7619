"""Lists of profane words."""

import polars as pl
import pytest

from workbench.exceptions import StageError
from workbench.recipe.text_rules import WORDS
from workbench.scores import profanity


def test_load_ignores_comments_blank_lines_and_lone_stars(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("# mine\nbread*  # all of it\n\n*\n")
    assert profanity.load(str(path)) == ["bread*"]


@pytest.mark.parametrize(("count", "shown"), [(0, "0 words"), (WORDS + 1, f"{WORDS + 1:,} words")])
def test_load_refuses_too_few_and_too_many_words(tmp_path, count, shown):
    path = tmp_path / "words.txt"
    path.write_text("word\n" * count)
    with pytest.raises(StageError, match=f"contains {shown}"):
        profanity.load(str(path))


def test_load_names_the_shipped_lists_if_the_file_is_missing():
    with pytest.raises(StageError, match="cannot be read") as error:
        profanity.load("no such file.txt")
    assert "english" in error.value.hint


def test_count_counts_every_occurrence():
    frame = pl.DataFrame({"text": ["damn damn", "DAMN!", ""]})
    assert frame.select(profanity.count("text", ["damn"]))["text"].to_list() == [2, 1, 0]
