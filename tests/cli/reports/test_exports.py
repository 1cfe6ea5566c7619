"""Check the report on role policies."""

from tests.support.command_line import call
from workbench import sample
from workbench.storage import Workspace


def test_roles_counts_each_policy_and_reads_no_text(folder):
    sample.write(folder / "july.tar", lines=1000)
    call("ingest", "july.tar")
    call("threads")
    workspace = Workspace.open(folder / "workspace")
    bare = workspace.scan("turns").drop("text", "hashtags").collect()
    bare.write_parquet(workspace.path("turns"))
    code, output = call("roles")
    assert code == 0
    for policy in ["author", "dialogue", "first_reply"]:
        assert policy in output
