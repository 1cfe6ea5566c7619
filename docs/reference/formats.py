"""Describe the formats of dumps and of exports, from their registries."""

import json
from collections import Counter
from typing import Any

import polars as pl

from docs.reference import markdown
from workbench.export import conversation_trees, record_units
from workbench.export.formats.registry import FORMATS as EXPORT_FORMATS
from workbench.export.formats.registry import Format
from workbench.export.trainers import tools
from workbench.ingest.formats import column_format
from workbench.ingest.formats.registry import FORMATS as DUMP_FORMATS
from workbench.recipe import ExportSettings

#: The conversation of the examples: id, parent, role, text, likes, probability of an answer.
_TURNS = (
    (1, None, "prompter", "How long does an egg take to boil hard?", 4, None),
    (2, 1, "assistant", "Ten minutes from boiling water, then cold water.", 9, 0.9),
    (3, 1, "assistant", "I hate eggs.", 0, 0.05),
)


def page() -> str:
    """Return the page of all formats that are read and written."""
    return markdown.page(
        "Formats",
        "## Dumps",
        "Ingest recognizes a format by its content, see [Read dumps](../reading.md). `workbench "
        "formats` prints the same list. What a format lacks is unknown for all its tweets; two "
        "things matter most. Without parent ids, threads are rebuilt by their conversation only. "
        "Without either, there are no threads.",
        markdown.table(
            ["format", "what it is", "years", "its tweets lack"],
            [
                (f"`{f.NAME}`", markdown.text(f.ABOUT), f.YEARS, markdown.text(f.LACKS))
                for f in (*DUMP_FORMATS.values(), column_format)
            ],
        ),
        "## Exports",
        "`[export] formats` in a recipe names the formats to write, each as it is or with one of "
        "its encodings, like `messages.parquet`. The records below are made from one prompt with a "
        "good and a bad reply.",
        *(part for each in EXPORT_FORMATS.values() for part in _export(each)),
    )


def _export(each: Format) -> tuple[str, ...]:
    encodings = ", ".join(f"`{encoding}`" for encoding in each.ENCODINGS)
    trainers = tools(each.NAME)
    read_by = f" Read as it is by {', '.join(trainers)}." if trainers else ""
    return (
        f"### {each.NAME}",
        f"{markdown.text(each.ABOUT[0].upper() + each.ABOUT[1:])}.{read_by} Encodings: "
        f"{encodings}.",
        "\n".join(["```json", *_records(each), "```"]),
    )


def _records(each: Format) -> list[str]:
    """Return the records that a format makes of `_TURNS`, as the lines of a file."""
    roots = conversation_trees.from_turns(
        _table(), is_strict=each.TREES != "whole", cuts=Counter(), min_answer=_lowest(each)
    )
    units = record_units.units(roots[0], each.UNIT, settings=ExportSettings())
    return [_line(each.record(unit)) for unit, _ in units]


def _lowest(each: Format) -> float | None:
    return None if each.TREES == "all_replies" else 0.3


def _line(record: Any) -> str:  # noqa: ANN401 (each format has its own)
    return record if isinstance(record, str) else json.dumps(record, ensure_ascii=False)


def _table() -> pl.DataFrame:
    rows = [
        {
            **{"thread_id": 1, "tweet_id": tweet_id, "parent_id": parent, "role": role},
            **{"text": text, "lang": "en", "author": f"user{tweet_id}", "user_id": None},
            **{"created_at": "2019-07-03T06:29:00.000+00:00", "likes": likes},
            **{"words": len(text.split()), "answer": answer, "tweet_ids": [tweet_id]},
        }
        for tweet_id, parent, role, text, likes, answer in _TURNS
    ]
    return pl.DataFrame(rows, schema_overrides={"answer": pl.Float32}).select(
        conversation_trees.COLUMNS
    )
