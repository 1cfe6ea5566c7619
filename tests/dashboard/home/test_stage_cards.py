"""The cards of the stages at Home."""

from workbench.dashboard.home import stage_cards, workspace_state
from workbench.dashboard.session.activity import Activity


def test_cards_say_why_a_stage_is_stale(finished_workspace):
    finished_workspace.forget("select")
    shown = stage_cards.cards(workspace_state.look(), {}).text
    assert shown.count('data-testid="card-') == 6
    assert shown.count("up to date") == 4
    assert "not done yet" in shown
    assert f'<a href="{stage_cards.DUMPS}">Choose dumps</a>' in shown


def test_bar_belongs_to_the_running_stage():
    running = Activity("A job", stage="embed", share=0.25)
    assert 'value="0.2500"' in stage_cards.bar(running, stage="embed")
    assert stage_cards.bar(running, stage="score") == ""
    assert stage_cards.bar(None, stage="score") == ""
