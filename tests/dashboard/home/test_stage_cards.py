"""The cards of the stages at Home."""

from workbench.dashboard.home import stage_cards, workspace_state


def test_cards_say_why_a_stage_is_stale(finished_workspace):
    finished_workspace.forget("select")
    shown = stage_cards.cards(workspace_state.look(), {}).text
    assert shown.count('data-testid="card-') == 6
    assert shown.count("up to date") == 4
    assert "not done yet" in shown
    assert f'<a href="{stage_cards.DUMPS}">Choose dumps</a>' in shown
