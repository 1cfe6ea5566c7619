"""Messages and progress bars."""

from workbench.dashboard.components import messages


def test_texts_of_messages_are_escaped():
    assert messages.error("").text == ""
    assert "<script" not in messages.error("<script>").text


def test_progress_callback_moves_the_bar_by_whole_percents():
    class Bar:
        steps: list[int] = []

        def update(self, increment):
            self.steps.append(increment)

    advance = messages.progress_callback(Bar())
    for done in (0, 1, 4, 5, 200):
        advance(done, 200)
    assert Bar.steps == [2, 98]
    messages.progress_callback(Bar())(0, 0)
    assert Bar.steps == [2, 98]
