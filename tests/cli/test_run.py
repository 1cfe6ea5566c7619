"""Run all stages from the command line: results, hints and exit codes."""

from tests.support.command_line import call
from workbench import sample
from workbench.storage import Workspace


def test_run_turns_a_dump_into_an_export_and_then_has_nothing_to_do(folder):
    assert call("sample", "july.tar", "--lines", 3000)[0] == 0
    code, output = call("run", "july.tar", "-w", "july", "-r", "fast.toml")
    assert code == 0, output
    assert "threads kept" in output
    assert (folder / "july/6_exports/default/messages.jsonl").stat().st_size > 0
    code, output = call("status", "-w", "july", "-r", "fast.toml")
    assert (code, output.count("up to date")) == (0, 6)
    code, output = call("run", "-w", "july", "-r", "fast.toml")
    assert code == 0
    assert "against" not in output
    code, output = call("verify", "july/6_exports/default", "-w", "july")
    assert code == 0, output


def test_run_reports_damage_and_continues(folder):
    sample.write(folder / "july.tar", lines=3000)
    whole = (folder / "july.tar").read_bytes()
    (folder / "july.tar").write_bytes(whole[: len(whole) // 2])
    note = "2 archives or members damaged: see `workbench ledger`"
    code, output = call("run", "july.tar", "-r", "fast.toml")
    assert (code, note in " ".join(output.split())) == (0, True)
    assert "threads kept" in output
    assert note in " ".join(call("status", "-r", "fast.toml")[1].split())
    assert call("ledger")[1].count("damaged: july.tar") == 2
    (folder / "july.tar").write_bytes(whole)
    for args in [("ingest", "july.tar"), ("status",), ("ledger",)]:
        code, output = call(*args)
        assert (code, "damaged" in output) == (0, False), output


def test_run_without_threads_ends_with_a_hint_and_no_export(folder):
    (folder / "odd.json").write_text("{}\n")
    code, output = call("run", "odd.json", "-r", "fast.toml")
    assert code == 0, output
    assert "there are no threads at all" in " ".join(output.split())
    assert not (folder / "workspace/6_exports").exists()
    output = call("status", "-r", "fast.toml")[1]
    assert "no thread is kept" in output
    assert "Nothing to do." in output


def test_run_without_a_workspace_says_how_to_create_one(folder):
    code, output = call("run")
    assert code == 1
    assert "workbench ingest" in output


def test_run_rejects_a_wrong_recipe_before_reading(folder):
    (folder / "wrong.toml").write_text("[select.turn]\nmin = 2\n")
    sample.write(folder / "july.tar", lines=1000)
    code, output = call("run", "july.tar", "-r", "wrong.toml")
    assert code == 1
    assert "select.turn" in output
    assert not (folder / "workspace/1_tweets").exists()


def test_run_after_an_ingest_that_was_killed_says_to_read_the_dumps_again(folder):
    sample.write(folder / "july.tar", lines=500)
    call("ingest", "july.tar")
    Workspace.open("workspace").forget("ingest")
    code, output = call("run", "-r", "fast.toml")
    assert code == 1
    assert "did not finish" in output
    assert "run it again: `workbench ingest PATH...`" in " ".join(output.split())
