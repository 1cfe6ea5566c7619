"""Draw how many threads the rules of a recipe leave, and which rule removes them."""

import altair as alt
import polars as pl

from workbench.charts import columns, theme
from workbench.display.css import KEPT, LINE, ONLY, REMOVED


def funnel(steps: pl.DataFrame) -> theme.Layers:
    """Draw how many threads are left after each rule.

    Args:
        steps: Result of `selection.funnel`: `title`, `removed` and `left` of each step in order;
            the first row is all threads before any rule.

    Raises:
        StageError: If it is another frame, like that of `Workspace.funnel`.
    """
    call = "selection.funnel(ws.select())"
    columns.require(steps, "title", "removed", "left", chart="funnel", made_by=call)
    texts = [f"{title}: {left:,}" for title, left in steps.select("title", "left").rows()]
    names = [theme.folded(text) for text in texts]
    drawn = steps.select(
        "title",
        "removed",
        "left",
        before=pl.col("left") + pl.col("removed"),
        label=pl.Series(names, dtype=pl.String),
    )
    base = alt.Chart(drawn).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=theme.names()),
        tooltip=[
            alt.Tooltip("title:N", title="rule"),
            alt.Tooltip("left:Q", title="threads left", format=","),
            alt.Tooltip("removed:Q", title="removed here", format=","),
        ],
    )
    x = alt.X("left:Q", title="threads left after each rule", axis=theme.thousands())
    left = base.mark_bar(color=KEPT).encode(x=x)
    gone = base.mark_bar(color=REMOVED).encode(x=x, x2="before:Q")
    return theme.themed(
        alt.layer(left, gone),
        height=theme.rows(names),
        description=f"Threads left after each rule. {'; '.join(texts)}",
    )


def attribution(rules: pl.DataFrame) -> theme.Layers:
    """Draw what each rule removes: in total, as the first rule, and as the only rule.

    Args:
        rules: Result of `selection.attribution`: `title`, `removed_first`, `removed_at_all` and
            `removed_only` of each rule.

    Raises:
        StageError: If it is another frame.
    """
    kinds = {"removed_at_all": "at all", "removed_first": "first", "removed_only": "by it alone"}
    columns.require(rules, "title", *kinds, chart="attribution", made_by="ws.attribution()")
    names = [theme.folded(title) for title in rules["title"]]
    drawn = (
        rules.with_columns(name=pl.Series(names, dtype=pl.String))
        .unpivot(list(kinds), index=["title", "name"], variable_name="kind", value_name="threads")
        .with_columns(pl.col("kind").replace(kinds))
        .filter(pl.col("threads") > 0)
    )
    scale = alt.Scale(domain=list(kinds.values()), range=[REMOVED, LINE, ONLY])
    base = alt.Chart(drawn).encode(
        x=alt.X("threads:Q", title="threads removed", stack=None, axis=theme.thousands()),
        y=alt.Y("name:N", sort=names, title=None, axis=theme.names()),
        color=alt.Color("kind:N", scale=scale).legend(orient="top", title=None),
        tooltip=[
            alt.Tooltip("title:N", title="rule"),
            alt.Tooltip("kind:N", title="removed"),
            alt.Tooltip("threads:Q", format=","),
        ],
    )
    layers = [
        base.transform_filter(alt.datum.kind == kind).mark_bar(height=height)
        for kind, height in zip(kinds.values(), (16, 9, 3), strict=True)
    ]
    texts = (
        f"{row['title']}: {row['removed_at_all']:,}, {row['removed_first']:,} first, "
        f"{row['removed_only']:,} alone"
        for row in rules.iter_rows(named=True)
    )
    return theme.themed(
        alt.layer(*layers),
        height=theme.rows(names),
        description=f"Threads that each rule removes. {'; '.join(texts)}",
    )
