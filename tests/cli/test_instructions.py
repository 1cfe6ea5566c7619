"""Add, list and remove known instructions from the command line."""

from tests.support.command_line import call
from workbench.storage import Workspace


def test_add_names_the_source_after_the_file_and_remove_deletes_it(folder):
    Workspace.create("workspace")
    (folder / "questions.txt").write_text("How do I boil an egg?\nWhy is the sky blue?\n")
    code, output = call("instructions", "add", "questions.txt")
    assert code == 0, output
    assert "questions.txt: 2 records, 2 added" in output
    assert "questions.txt" in call("instructions", "list")[1]
    assert (
        "2 instructions removed" in call("instructions", "remove", "--source", "questions.txt")[1]
    )
    assert "questions.txt" not in call("instructions", "list")[1]
