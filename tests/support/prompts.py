"""Made-up prompts with labels: half ask how to do something, half talk."""

import polars as pl

ASK = "how do I {} my {}?"
TELL = "just saw the {} of a {} lol"


def rows(count=40):
    """Return examples as `prompt_classifier.train` takes them, half of each label."""
    verbs, things = ["bake", "fix", "clean", "plant", "paint"], ["bread", "bike", "shoes", "roses"]
    made = [(verb, thing) for verb in verbs for thing in things][: count // 2]
    asked = [(ASK.format(*pair), "fits") for pair in made]
    statements = [(TELL.format(*pair), "no") for pair in made]
    return pl.DataFrame(asked + statements, schema=["text", "label"], orient="row").with_columns(
        source=pl.lit("test"),
        author_id=pl.lit(None, pl.Int64),
        thread_id=pl.lit(None, pl.Int64),
        has_media=pl.lit(None, pl.Boolean),
    )
