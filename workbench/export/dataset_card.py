"""Cards: the README of an export pack, a data card as dataset hubs show it."""

import json
from collections.abc import Iterable

from workbench.export.formats import FORMATS
from workbench.export.manifest import Entry, Manifest

_LOADING = """\
JSON lines load with `datasets.load_dataset("json", data_files=...)`, parquet with
`datasets.load_dataset("parquet", data_files=...)`; the OASST files also with the readers of
Open-Assistant.
"""

_TERMS = """\
## Where the text comes from, and what may be done with it

The text was written by users of Twitter (now X) and read from dumps. It remains theirs. The
platform's terms let its content be passed on as ids only: share `ids.txt`, and let others fetch the
tweets that still exist. Its developer terms of June 2025 forbid training foundation models on
content obtained through its API. Whether a use is allowed depends on how the dumps were obtained
and on the law that applies; that decision is with whoever uses this pack.

Tweets that their authors deleted must go: `workbench verify` names those that a pack still holds.
"""

_LIMITS = """\
## Limits

- Roles follow from who wrote what, not from a judgement of what was said. Nobody reviewed the
  answers; the `review_result` of the OASST files is set because their loader asks for it.
- Ranks, where given, follow the number of likes, which measures reach as much as quality.
- People are found by their handle only; names and places in the middle of a sentence remain, and
  patterns for personal data miss what is written in an unusual way.
- Words are split at blanks, a rough measure of tokens.
"""


def from_manifest(manifest: Manifest, *, languages: Iterable[str]) -> str:
    """Write the data card of a pack; it names no date, so that equal runs give equal cards.

    Args:
        manifest: What the pack holds.
        languages: Language codes of the kept threads.
    """
    parts = [
        _front_matter(manifest, sorted(languages)),
        "# Conversations from Twitter\n",
        f"{manifest.threads_written:,} conversations of {manifest.tweets:,} tweets, chosen from "
        f"{manifest.threads_seen:,} threads by the recipe in `recipe.toml` "
        f"(`{manifest.recipe}`), made by Thread Workbench {manifest.workbench}.\n",
        _files(manifest),
        _making(manifest),
        _privacy(manifest),
        _TERMS,
        _LIMITS,
    ]
    return "\n".join(parts)


def _front_matter(manifest: Manifest, languages: list[str]) -> str:
    lines = ["---", "pretty_name: Conversations from Twitter", "license: other"]
    lines += ["license_name: platform-terms", "task_categories:", "- text-generation"]
    codes = [code for code in languages if code.isascii() and code.isalpha() and len(code) <= 3]
    if codes:
        # Quoted: the code of Norwegian is `no`, which YAML takes for false.
        lines += ["language:", *(f"- {json.dumps(code)}" for code in codes)]
    lines += ["size_categories:", f"- {_size(manifest.threads_written)}"]
    data, _ = _configured(manifest)
    if data:
        lines.append("configs:")
    for name in dict.fromkeys(file.format for file in data):
        lines += [f"- config_name: {name}", "  data_files:"]
        for file in (file for file in data if file.format == name):
            lines += [f"  - split: {file.split or 'train'}", f"    path: {json.dumps(file.name)}"]
    return "\n".join([*lines, "---", ""])


def _configured(manifest: Manifest) -> tuple[list[Entry], list[Entry]]:
    """Part the files of records into those of the card's configurations and the others.

    The `datasets` library reads all configurations of a card with one reader, so that where there
    are JSON lines, parquet has to be named.
    """
    data = [file for file in manifest.files if file.format not in (None, "ids")]
    lines = [file for file in data if file.encoding != "parquet"]
    return (lines, [file for file in data if file not in lines]) if lines else (data, [])


def _size(threads: int) -> str:
    steps = [(1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K")]
    steps += [(1_000_000, "100K<n<1M"), (10_000_000, "1M<n<10M")]
    return next((name for limit, name in steps if threads < limit), "n>10M")


def _files(manifest: Manifest) -> str:
    rows = [_file(file) for file in manifest.files if file.format is not None]
    head = "| file | what | records | turns | of them distinct | repetition | words |\n"
    table = head + "|---|---|--:|--:|--:|--:|--:|\n" + "\n".join(rows)
    _, others = _configured(manifest)
    told = ""
    if others:
        names = ", ".join(f"`{file.name}`" for file in others)
        told = f"\n{names}: only by its name, as the hub reads a card with one reader.\n"
    return f"## Files\n\n{table}\n\n{_LOADING}{told}"


def _file(file: Entry) -> str:
    about = FORMATS[file.format or ""].ABOUT
    numbers = [file.records, file.turns, file.distinct_turns]
    cells = [f"{number:,}" if number is not None else "" for number in numbers]
    cells += [f"{file.repetition:.2f}", f"{file.words:,}"] if file.turns is not None else ["", ""]
    return f"| `{file.name}` | {about} | {' | '.join(cells)} |"


def _making(manifest: Manifest) -> str:
    lines = [
        "## How it was made\n",
        f"Roles: `{manifest.roles}`. Formats without branches hold `{manifest.paths}` paths of a "
        "tree; replies stand in the order of their likes, where known, then of their age. Of "
        f"{manifest.threads_kept:,} threads kept, {manifest.threads_written:,} gave a record.\n",
        "| rule | removes first | removes at all | removes alone |",
        "|---|--:|--:|--:|",
    ]
    for rule in manifest.rules:
        counts = [rule["removed_first"], rule["removed_at_all"], rule["removed_only"]]
        lines.append(f"| {rule['title']} | {' | '.join(f'{count:,}' for count in counts)} |")
    lines.append("")
    for shape, reasons in manifest.cut.items():
        told = ", ".join(f"{reason} {count:,}" for reason, count in reasons.items()) or "none"
        lines.append(f"Tweets left out of {shape} trees: {told}.\n")
    return "\n".join(lines)


def _privacy(manifest: Manifest) -> str:
    told = ", ".join(f"{kind} {count:,}" for kind, count in manifest.privacy.items()) or "none"
    return (
        "## Personal data\n\nAuthors are `user1`, `user2`... within a conversation; the ids of "
        "users in OASST files are keyed and cannot be traced without the key. Rewritten in the "
        f"turns of the kept threads: {told}.\n"
    )
