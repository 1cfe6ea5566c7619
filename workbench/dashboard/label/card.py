"""The text to label with the thread around it, as safe HTML."""

from html import escape

from workbench.dashboard.label import items
from workbench.dashboard.label.items import WHY, Item
from workbench.display import html


def why(item: Item) -> str:
    """Say why an item is shown."""
    text = WHY[item.why] + (", a fair sample of all" if item.is_fair else "")
    return f"{text}: {item.note}" if item.note else text


def shown(item: Item | None) -> str:
    """Render the item to label as safe HTML, with the thread around it open below."""
    if item is None:
        return (
            "<p>Nothing is left to label here. Choose other threads or another order above, "
            "or train with the labels so far.</p>"
        )
    parts = []
    if item.parent:
        parts.append(_text(item.parent["text"], head="Opening tweet"))
        parts.append(_text(item.tweet["text"], head="Reply to label", name="is-reply"))
    else:
        parts.append(_text(item.tweet["text"], head="Opening tweet to label"))
    if item.turns.is_empty():
        parts.append("<h3>Its thread is not in this workspace.</h3>")
        return "".join(parts)
    stubs = {tweet_id: "shown above" for tweet_id in item.key if tweet_id is not None}
    count = item.turns.height
    if count <= len(stubs):
        return "".join([*parts, "<h3>The thread has no other turns.</h3>"])
    parts.append(
        f"<h3>The thread: {count:,} turn{'s' if count != 1 else ''}</h3>"
        f"{html.thread(item.turns, stubs=stubs, most=items.AROUND + 2)}"
    )
    return "".join(parts)


def _text(text: str, *, head: str, name: str = "") -> str:
    return (
        f'<h3 class="{name}">{escape(head)}</h3>'
        f'<div class="wb-judge-text {name}" dir="auto">{html.inline(text)}</div>'
    )
