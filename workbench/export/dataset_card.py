"""Write the data card of an export: a README that dataset hubs display."""

import json
from collections.abc import Iterable

from workbench.export import cut_reasons, record_meta, selection_notes, trainers
from workbench.export.encodings import yaml_features
from workbench.export.formats import FORMATS
from workbench.export.manifest import IDS, Entry, Manifest
from workbench.selection import by_hand

_LOADING = """\
Load JSON lines with `datasets.load_dataset("json", data_files=...)` and parquet with
`datasets.load_dataset("parquet", data_files=...)`. The readers of Open-Assistant also load the
OASST files.
"""

#: Source and terms of use, as cards and `workbench push` show them.
TERMS = """\
## Source and terms of use

Users of Twitter (now X) wrote the text; it was read from dumps and remains theirs. The platform's
terms allow sharing its content as ids only: share `ids.txt`, and let others fetch the tweets that
still exist. Its developer terms of June 2025 forbid training foundation models on content obtained
through its API. Whether a use is allowed depends on how the dumps were obtained and on the law that
applies. That decision is up to the user of this export.

Tweets deleted by their authors must be removed. `workbench verify` lists those that are still in an
export.
"""

#: Kind of trees -> how the card calls them.
_TREES = {
    "alternating": "alternating trees",
    "whole": "whole trees",
    "all_replies": "alternating trees with every reply, good or bad",
}
#: Value of `preferred_by` -> the rule in words.
_PREFERRED = {
    "answer": "the one is chosen that answers with a probability higher by {margin} or more",
    "likes": "the one is chosen that came later and still has more likes",
    "both": "the one is chosen that answers with a probability higher by {margin} or more, and "
    "that came later and still has more likes",
    "either": "the one is chosen that answers with a probability higher by {margin} or more, or "
    "that came later and still has more likes; if these rules disagree, there is no pair",
}
_ABOUT_META = """
{where} the ids of the thread and of its tweets, the language, the scores, and the number of near
duplicates. The ids serve to find and remove tweets that were deleted since. It contains no names
and no author ids, but anyone can look up the author of a tweet by its id: with it, this export is
not anonymous.
"""
#: Value of `meta` -> what the card says of it.
_META = {
    "none": "",
    "record": _ABOUT_META.format(where="`meta` in each record contains"),
    "sidecar": _ABOUT_META.format(
        where="The `.meta` file beside each data file contains, line by line,"
    )
    + "Leave these files out to share the texts alone.\n",
}

_LIMITS = """\
## Limits

- Roles depend only on who wrote a tweet, not on what it says. Nobody reviewed the answers; the
  OASST files set `review_result` because their loader requires it.
- Ranks, if present, follow the reply classifier, then the number of likes. The classifier errs;
  likes measure reach as much as quality.
- People are recognized only by their handle: names and places within a sentence remain. The
  patterns for personal data miss unusual notations.
- Words are split at white space, a rough measure of tokens.
"""


def from_manifest(manifest: Manifest, *, languages: Iterable[str]) -> str:
    """Return the data card of an export. It has no date, so equal runs give equal cards.

    Args:
        manifest: Manifest of the export.
        languages: Language codes of the kept threads.
    """
    sections = [
        _front_matter(manifest, sorted(languages)),
        "# Conversations from Twitter\n",
        f"{manifest.threads_written:,} conversations of {manifest.tweets:,} tweets, selected from "
        f"{manifest.threads_seen:,} threads {_selected_by(manifest, '`recipe.toml`')}. Made by "
        f"Thread Workbench {manifest.workbench}.\n",
        _files(manifest),
        trainers.snippets(manifest),
        _making(manifest),
        _privacy(manifest),
        TERMS,
        _LIMITS,
    ]
    return "\n".join(sections)


def of_ids(manifest: Manifest) -> str:
    """Return the card of an export that is shared as tweet ids only.

    Args:
        manifest: Manifest of the whole export.
    """
    front = ["---", "pretty_name: Tweet ids of conversations", "license: other", "configs:"]
    front += ["- config_name: ids", "  data_files: ids.txt", "---", ""]
    about = f"""\
`ids.txt` lists {manifest.tweets:,} tweets of {manifest.threads_written:,} conversations, one id per
line, selected from {manifest.threads_seen:,} threads {_selected_by(manifest)}. Made by Thread
Workbench {manifest.workbench}. It contains no text: fetch the tweets that still exist, for
example with `twarc2 hydrate ids.txt`.
"""
    return "\n".join([*front, "# Tweet ids of conversations\n", about, _making(manifest), TERMS])


def _selected_by(manifest: Manifest, file: str = "") -> str:
    """Say what selected the threads: the recipe, or the caller if they do not follow from it."""
    place = f"in {file} (`{manifest.recipe}`)" if file else f"`{manifest.recipe}`"
    if manifest.departures:
        return f"by the person who made it; they do not follow from the recipe {place}"
    return f"by the recipe {place}{' and by hand' if manifest.by_hand else ''}"


def _front_matter(manifest: Manifest, languages: list[str]) -> str:
    lines = ["---", "pretty_name: Conversations from Twitter", "license: other"]
    lines += ["license_name: platform-terms", "task_categories:", "- text-generation"]
    codes = [code for code in languages if code.isascii() and code.isalpha() and len(code) <= 3]
    if codes:
        # Quoted: YAML reads the code of Norwegian, `no`, as false.
        lines += ["language:", *(f"- {json.dumps(code)}" for code in codes)]
    lines += ["size_categories:", f"- {_size(manifest.threads_written)}"]
    return "\n".join([*lines, *_configs(manifest), "---", ""])


def _configs(manifest: Manifest) -> list[str]:
    """Return the lines that tell the `datasets` library which files and columns there are."""
    data, _ = _configured(manifest)
    if not data:
        # Without any configuration, the library would guess that nested files are tables.
        return ["configs:", "- config_name: ids", f"  data_files: {IDS}"]
    names = dict.fromkeys(file.format or "" for file in data)
    infos, configs = ["dataset_info:"], ["configs:"]
    for name in names:
        infos += [f"- config_name: {name}", "  features:"]
        record = record_meta.model(name, has_meta=manifest.meta == "record")
        infos += [f"  {line}" for line in yaml_features(record)]
        configs += [f"- config_name: {name}", "  data_files:"]
        for file in (file for file in data if file.format == name):
            configs += [f"  - split: {file.split or 'train'}", f"    path: {json.dumps(file.name)}"]
    return infos + configs


def _configured(manifest: Manifest) -> tuple[list[Entry], list[Entry]]:
    """Split the data files into those that the card configures and the others.

    The `datasets` library reads all configurations of a card with one reader. If there are JSON
    lines, parquet files can only be loaded by name. Trees are no tables: their columns would depend
    on how deep the trees of a file are. Files without records are left out, because the library
    fails at a split without data.
    """
    data = [file for file in manifest.files if file.format not in (None, "ids") and file.records]
    flat = [file for file in data if "parquet" in FORMATS[file.format or ""].ENCODINGS]
    lines = [file for file in flat if file.encoding != "parquet"]
    configured = lines or flat
    return configured, [file for file in data if file not in configured]


def _size(threads: int) -> str:
    steps = [(1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K")]
    steps += [(1_000_000, "100K<n<1M"), (10_000_000, "1M<n<10M")]
    return next((name for limit, name in steps if threads < limit), "n>10M")


def _files(manifest: Manifest) -> str:
    rows = [_file(file) for file in manifest.files if file.format or file.describes]
    head = "| file | content | records | turns | distinct turns | repetition | words |\n"
    table = head + "|---|---|--:|--:|--:|--:|--:|\n" + "\n".join(rows)
    _, others = _configured(manifest)
    note = ""
    if others:
        names = ", ".join(f"`{file.name}`" for file in others)
        note = f"\nLoad {names} by name: hubs read only tables, and all with one reader.\n"
    return f"## Files\n\n{table}\n\n{_LOADING}{note}"


def _file(file: Entry) -> str:
    about = f"`meta` of each record of `{file.describes}`, in the same order"
    if file.format:
        about = FORMATS[file.format].ABOUT
    numbers = [file.records, file.turns, file.distinct_turns]
    cells = [f"{number:,}" if number is not None else "" for number in numbers]
    cells += [f"{file.repetition:.2f}", f"{file.words:,}"] if file.turns is not None else ["", ""]
    return f"| `{file.name}` | {about} | {' | '.join(cells)} |"


def _making(manifest: Manifest) -> str:
    lines = [
        "## How it was made\n",
        f"Roles: `{manifest.roles}`. Paths of a tree in formats without branches: "
        f"`{manifest.paths}`. Replies to a prompt: `{manifest.replies}`. {_ranking(manifest)} Of "
        f"{manifest.threads_kept:,} kept threads, {manifest.threads_written:,} have a record.\n",
        "| rule | removes first | removes at all | removes alone |",
        "|---|--:|--:|--:|",
    ]
    for rule in manifest.rules:
        counts = [rule["removed_first"], rule["removed_at_all"], rule["removed_only"]]
        lines.append(f"| {rule['title']} | {' | '.join(f'{count:,}' for count in counts)} |")
    against_rules = by_hand.sentence(sum(rule.get(by_hand.KEPT, 0) for rule in manifest.rules))
    lines += ["", *([against_rules, ""] if against_rules else [])]
    lines += selection_notes.of(manifest)
    for kind, reasons in manifest.cut.items():
        lines += _cuts(_TREES.get(kind, f"{kind} trees"), reasons)
    for file in manifest.files:
        if file.left_out:
            lines.append(f"In no record of `{file.name}`: {_listed(file.left_out)}.\n")
    return "\n".join([*lines, *_pairs(manifest), *_splits(manifest)])


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{reason} {count:,}" for reason, count in counts.items()) or "none"


def _pairs(manifest: Manifest) -> list[str]:
    """Say which replies are preferred, good or bad."""
    lines = []
    if manifest.preferred_by and manifest.margin:
        rule = _PREFERRED[manifest.preferred_by].format(margin=f"{manifest.margin:g}")
        lines.append(
            f"`preference`: of two rated replies to one prompt, {rule}. The chosen reply also "
            "reaches the lowest probability above. It is paired with the worst reply that it is "
            "preferred to. Rejected replies may be of any probability.\n"
        )
    if manifest.kto_good is not None:
        lines.append(
            f"`kto`: a reply is good if it answers with a probability of {manifest.kto_good:g} or "
            f"more, bad with {manifest.kto_bad:g} or less. Others are left out.\n"
        )
    return lines


def _splits(manifest: Manifest) -> list[str]:
    if len(manifest.splits) < 2:
        return []
    shares = ", ".join(f"{name} {share:.0%}" for name, share in manifest.splits.items())
    if manifest.split_by == "thread_id":
        return [f"Splits: {shares} of the threads. Near duplicates may be in several splits.\n"]
    return [
        f"Splits: {shares} of the groups of near duplicates: all threads that begin with nearly "
        "the same text are in one split.\n"
    ]


def _cuts(trees: str, counts: dict[str, int]) -> list[str]:
    """Return a table of the tweets that are left out of trees of one kind."""
    if not counts:
        return [f"No tweet is left out of {trees}.\n"]
    rows = cut_reasons.by_frequency(counts)
    head = [f"| left out of {trees} | tweets | meaning |", "|---|--:|---|"]
    return [*head, *(f"| `{reason}` | {count:,} | {text} |" for reason, count, text in rows), ""]


def _ranking(manifest: Manifest) -> str:
    """Say what decides between the replies to one turn."""
    if manifest.min_answer is None:
        return "Replies are sorted by likes, if known, then by age."
    words = "Replies are sorted by the probability that they answer, then by likes, then by age"
    if not manifest.min_answer:
        return f"{words}."
    return f"{words}; those below {manifest.min_answer:g} are left out."


def _privacy(manifest: Manifest) -> str:
    return (
        "## Personal data\n\nAuthors are called `user1`, `user2`... within a conversation. The "
        "user ids in OASST files are keyed: nobody can trace them without the key. Replaced or "
        f"removed in the kept threads: {_listed(manifest.privacy)}.\n{_META[manifest.meta]}"
    )
