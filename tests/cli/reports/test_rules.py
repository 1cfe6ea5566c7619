"""Check the lists of rules, formats and hashtags."""

from tests.support import fakes
from tests.support.command_line import call
from workbench.cli.reports import rules as reports
from workbench.recipe import CATALOGUE
from workbench.selection import hashtags
from workbench.storage import Workspace


def test_hashtags_count_their_matches(folder):
    fakes.workspace(folder / "workspace", threads=100)
    code, output = call("hashtags")
    assert code == 0
    lines = {line.split()[0]: line.split()[1:4] for line in output.splitlines() if "#" in line}
    tags = Workspace.open(folder / "workspace").read("scores")["hashtags"].explode()
    assert lines["#help"] == [str((tags == "help").sum()), "-", "asking"]
    assert len(lines) == hashtags.stock().height


def test_list_commands_name_every_rule_and_format(folder):
    output = call("rules")[1]
    for name in CATALOGUE:
        assert name in output
    for words in ["in cosine", "[select.…]", "[score]"]:
        assert words in " ".join(output.split())
    output = call("formats")[1]
    for name in ["twitterstream", "oasst", "messages"]:
        assert name in output


def test_rules_explains_each_setting():
    table = reports.rules()
    names, settings, _ = ([str(cell) for cell in column.cells] for column in table.columns)
    texts = {name: text.replace("\\[", "[") for name, text in zip(names, settings, strict=True)}
    flag = "keep only threads with this flag known to be"
    assert texts["completeness"] == f"require = false: {flag} true (`is_complete`)"
    assert texts["untruncated"] == f"require = false: {flag} false (`is_truncated`)"
    assert texts["insensitive"] == f"require = true: {flag} false (`is_sensitive`)"
    assert texts["duplicates"] == f"require = true: {flag} false (`is_duplicate`)"
    assert "max = 0.3: highest value that passes, as a share of words" in texts["link_share"]
    assert "min = 2.0: lowest value that passes, in turns" in texts["turns"]
