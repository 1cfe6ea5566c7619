"""Check the reports on coverage and missing parents."""

from datetime import UTC, datetime, timedelta

from typer.testing import CliRunner

from tests.support.hydration import workspace_of
from tests.support.tweets_by_hand import tweet
from workbench import threads
from workbench.cli import app


def test_coverage_of_a_long_time_is_by_month_and_says_so(tmp_path):
    start = datetime(2019, 7, 1, tzinfo=UTC)
    rows = [tweet(n, 1, created_at=start + timedelta(days=n)) for n in range(2, 92)]
    workspace = workspace_of(tmp_path / "w", tweet(1, created_at=start), *rows)
    by_month, by_day = (
        CliRunner().invoke(app, ["coverage", "-w", str(workspace.root), *more]).output
        for more in ([], ["--by", "day"])
    )
    assert all(f"2019-{month:02}" in by_month for month in (7, 8, 9))
    assert "2019-07-03" not in by_month
    command = f"`workbench coverage --by day -w {workspace.root}`"
    assert f"90 days have replies; {command} shows each." in by_month
    assert by_day.count("2019-") == 90


def test_coverage_counts_replies_as_threads_and_missing_do(tmp_path):
    rows = [tweet(10), tweet(11, 10), tweet(12, 9), tweet(13, 9), tweet(14, None, 8)]
    workspace = workspace_of(tmp_path / "w", *rows, tweet(15, None, 10))
    counts = threads.from_tweets(workspace.scan("tweets")).counts
    assert (counts["replies"], counts["orphans"], counts["missing"]) == (3, 2, 1)
    coverage, missing = (
        " ".join(CliRunner().invoke(app, [command, "-w", str(workspace.root)]).output.split())
        for command in ("coverage", "missing")
    )
    assert "5 replies: 3 have the id of their parent" in coverage
    assert "2 only the id of their conversation" in coverage
    assert "2 missing: 1 parents, named by 2 replies, and 1 opening tweets" in missing
