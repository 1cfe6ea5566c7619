"""Say how training tools load an export: `dataset_info.json`, and snippets for its data card.

The keys are those of LLaMA-Factory (`data/README.md`), Axolotl (dataset formats) and TRL (dataset
formats and types). Only files that have records, and that a tool reads as they are, get an entry.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from workbench.export.manifest import Entry, Manifest

#: Where LLaMA-Factory looks for the data sets of a folder.
DATASET_INFO = "dataset_info.json"
#: Encodings that all tools read without help.
_PLAIN = {"jsonl": "json", "parquet": "parquet"}


class _Loading(NamedTuple):
    """How each tool reads a format.

    Args:
        llama_factory: Entry of `dataset_info.json` without the name of the file; None if the
            records must be converted first.
        axolotl: Keys of the entry in `datasets`, without the path; None as above.
        trainer: Class of TRL that reads the records.
        renames: Columns that TRL wants under another name.
        rl: Value of Axolotl's `rl`; empty for supervised training.
    """

    llama_factory: Mapping[str, Any] | None
    axolotl: Mapping[str, Any] | None
    trainer: str
    renames: Mapping[str, str] = {}
    rl: str = ""


_ROLES = {"role_tag": "role", "content_tag": "content", "user_tag": "user"}
_LOADING = {
    "messages": _Loading(
        {
            "formatting": "sharegpt",
            "columns": {"messages": "messages"},
            "tags": _ROLES | {"assistant_tag": "assistant"},
        },
        {"type": "chat_template", "field_messages": "messages"},
        "SFTTrainer",
    ),
    "sharegpt": _Loading(
        {"formatting": "sharegpt", "columns": {"messages": "conversations"}},
        {
            "type": "chat_template",
            "field_messages": "conversations",
            "message_property_mappings": {"role": "from", "content": "value"},
        },
        "SFTTrainer",
    ),
    "alpaca": _Loading(
        {
            "formatting": "alpaca",
            "columns": {"prompt": "instruction", "query": "input", "response": "output"},
        },
        {"type": "alpaca"},
        "SFTTrainer",
        renames={"instruction": "prompt", "output": "completion"},
    ),
    "instruction": _Loading(
        {
            "formatting": "alpaca",
            "columns": {"prompt": "INSTRUCTION", "response": "RESPONSE"},
        },
        {
            "type": {
                "field_instruction": "INSTRUCTION",
                "field_output": "RESPONSE",
                "format": "{instruction}",
                "no_input_format": "{instruction}",
            }
        },
        "SFTTrainer",
        renames={"INSTRUCTION": "prompt", "RESPONSE": "completion"},
    ),
    "prompt_completion": _Loading(
        {"formatting": "alpaca", "columns": {"prompt": "prompt", "response": "completion"}},
        {
            "type": {
                "field_instruction": "prompt",
                "field_output": "completion",
                "format": "{instruction}",
                "no_input_format": "{instruction}",
            }
        },
        "SFTTrainer",
    ),
    # LLaMA-Factory reads one message as the chosen reply, TRL a list of them.
    "preference": _Loading(
        None,
        {
            "type": "chat_template.default",
            "field_messages": "prompt",
            "field_chosen": "chosen",
            "field_rejected": "rejected",
        },
        "DPOTrainer",
        rl="dpo",
    ),
    # LLaMA-Factory and Axolotl read prompt and completion as texts only.
    "kto": _Loading(None, None, "KTOTrainer"),
}


def dataset_info(manifest: Manifest) -> dict[str, Any]:
    """Return the content of `dataset_info.json`: an entry per file, named like `messages_train`."""
    return {
        "_".join(filter(None, (entry.format, entry.split))): {
            "file_name": entry.name,
            **loading.llama_factory,
        }
        for entry, loading in _loadable(manifest)
        if loading.llama_factory
    }


def tools(format_name: str) -> list[str]:
    """Return what reads the records of a format as they are, for people.

    Examples:
        >>> tools("preference")
        ['Axolotl', 'TRL (`DPOTrainer`)']
        >>> tools("tree")
        []
    """
    loading = _LOADING.get(format_name)
    if loading is None:
        return []
    names = {"LLaMA-Factory": loading.llama_factory, "Axolotl": loading.axolotl}
    return [*(name for name, keys in names.items() if keys), f"TRL (`{loading.trainer}`)"]


def snippets(manifest: Manifest) -> str:
    """Return the section of the data card that says how training tools load the files."""
    training = [
        (entry, loading) for entry, loading in _loadable(manifest) if entry.split in (None, "train")
    ]
    if not training:
        return ""
    parts = ["## Training tools\n"]
    if listed := [f"`{entry.format}`" for entry, loading in training if loading.llama_factory]:
        names = ", ".join(listed)
        parts.append(
            f"LLaMA-Factory: pass this folder as `dataset_dir`; `{DATASET_INFO}` lists the files "
            f"of {names}.\n"
        )
    for entry, loading in training:
        parts.append(f"### {entry.format}\n")
        if loading.axolotl:
            parts += ["Axolotl:\n", _axolotl(entry, loading.axolotl, rl=loading.rl)]
        parts += ["TRL:\n", _trl(entry, loading)]
    return "\n".join(parts)


def _loadable(manifest: Manifest) -> list[tuple[Entry, _Loading]]:
    return [
        (entry, _LOADING[entry.format])
        for entry in manifest.files
        if entry.format in _LOADING and entry.encoding in _PLAIN and entry.records
    ]


def _axolotl(entry: Entry, keys: Mapping[str, Any], *, rl: str) -> str:
    lines = [f"rl: {rl}"] if rl else []
    lines += [
        "datasets:",
        f"  - path: {entry.name}",
        f"    ds_type: {_PLAIN[entry.encoding or '']}",
    ]
    for key, value in keys.items():
        if isinstance(value, dict):
            lines += [f"    {key}:", *(f"      {k}: {json.dumps(v)}" for k, v in value.items())]
        else:
            lines.append(f"    {key}: {value}")
    return "\n".join(["```yaml", *lines, "```", ""])


def _trl(entry: Entry, loading: _Loading) -> str:
    reader, trainer = _PLAIN[entry.encoding or ""], loading.trainer
    renamed = ""
    if loading.renames:
        renamed = f"data = data.rename_columns({json.dumps(loading.renames)})\n"
    return f"""\
```python
from datasets import load_dataset
from trl import {trainer}

data = load_dataset("{reader}", data_files="{entry.name}", split="train")
{renamed}trainer = {trainer}(model="Qwen/Qwen3-0.6B", train_dataset=data)
```
"""
