"""Coverage on the statistics page."""

import pytest

from tests.support import fakes
from tests.support.tweets_by_hand import make_tweets, tweet
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.dashboard.statistics import coverage_view


@pytest.fixture
def session(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws", threads=20)
    return ScoresSession(workspace, workspace.read("scores"))


def test_coverage_says_of_what_its_percentages_are(session):
    session.workspace.write("tweets", make_tweets(tweet(1), tweet(2, 1), tweet(3, 9)))
    shown = coverage_view.show(session, by="strip", is_asked=True).text
    assert "Of 2 replies" in shown
    assert "50.0% of replies" in shown


def test_coverage_says_if_there_is_nothing(session):
    session.workspace.write("tweets", make_tweets(tweet(1), tweet(2)))
    assert "no replies" in coverage_view.show(session, by="strip", is_asked=True).text


def test_coverage_says_if_the_tweets_are_gone(session):
    assert "deleted" in coverage_view.show(session, by="strip", is_asked=True).text
