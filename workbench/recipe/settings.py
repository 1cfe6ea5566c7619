"""The recipe: every setting of every stage, in one TOML file."""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import polars as pl
import tomli_w
from pydantic import (
    AfterValidator,
    AliasChoices,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from workbench.exceptions import RecipeError
from workbench.recipe import changes, settings_errors
from workbench.recipe.catalogue import CATALOGUE, active
from workbench.recipe.column_map import ColumnMap
from workbench.recipe.export_settings import ExportSettings
from workbench.recipe.rules import SelectSettings
from workbench.recipe.section import Section

_CODE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")


def _checked_code_name(name: str) -> str:
    """Refuse paths: code outside the workspace is not run."""
    if not _CODE_NAME.fullmatch(name):
        msg = f"`{name[:100]}` is not a file name; `workbench scores add FILE` puts a file of code "
        msg += "into the workspace, and the recipe names it without a folder"
        raise ValueError(msg)
    return name


#: Name of a file of code in the workspace, like `polite.py`, or of an installed package.
CodeName = Annotated[str, AfterValidator(_checked_code_name)]

#: Settings that earlier versions lacked. Digests contain them only if they are set, so that the
#: tables of old workspaces stay up to date.
_ADDED: tuple[tuple[str, str], ...] = (("score", "code"), ("select", "own"))


class IngestSettings(Section):
    """How to read dumps."""

    format: str | None = Field(
        None, description="format of every member; empty: detect it from the content"
    )
    max_line_bytes: int = Field(
        16 * 2**20, ge=1024, description="longest line to read, in bytes; longer lines are rejected"
    )
    columns: ColumnMap | None = Field(
        None, description="columns of a table of your own; empty: only known formats are read"
    )


class ThreadSettings(Section):
    """How to rebuild threads from tweets."""

    min_turns: int = Field(
        2, ge=1, description="fewest turns of a thread; smaller threads are only counted"
    )
    use_conversation_id: bool = Field(
        True, description="join tweets of one conversation even if parents are missing"
    )
    quotes_as_replies: bool = Field(
        False, description="treat a quote as a reply to the quoted tweet"
    )


class EmbedSettings(Section):
    """How to turn texts into vectors."""

    model: str = Field(
        "all-MiniLM-L6-v2",
        description="sentence-transformers model, by name or path; `hashing` needs no model",
    )
    turns: Literal["roots", "exchanges", "all"] = Field(
        "roots",
        description="embed the first turn of each thread; also its direct replies; or every turn",
    )
    engine: Literal["exact", "int8", "fast"] = Field(
        "exact",
        description="`exact`: the model itself; `int8`: the model in 8 bits, 2 to 4 times as fast "
        "on a CPU (needs the extra `speed`); `fast`: a table of word vectors, over 100 times as "
        "fast but much coarser",
    )
    cascade: float = Field(
        0.0,
        ge=0,
        lt=1,
        description="share of the threads to embed, 0 to 1: those that `fast` finds nearest to the "
        "known instructions; 0.3 keeps 87 % of the best 2 %; 0: embed every thread",
    )

    def is_embedded(self) -> pl.Expr:
        """Return which turns get a vector, by `position` and `depth`."""
        is_root = pl.col("position") == 0
        choices = {"roots": is_root, "exchanges": is_root | (pl.col("depth") == 1)}
        return choices.get(self.turns, pl.lit(value=True))

    @model_validator(mode="after")
    def _has_two_engines(self) -> Self:
        if self.cascade and self.engine == "fast":
            msg = "a cascade needs a second engine besides `fast`: choose exact or int8"
            raise ValueError(msg)
        return self


class ScoreSettings(Section):
    """What to score the threads with."""

    instructions: str = Field(
        "starter", description="file of known instructions, or `starter` for the built-in set"
    )
    # Earlier versions called these settings `detector` and `replies`. Recipes may still do so.
    # Digests still use the old names, so that the tables of old workspaces stay up to date.
    prompt_classifier: str = Field(
        "starter",
        validation_alias=AliasChoices("prompt_classifier", "detector"),
        serialization_alias="detector",
        description="file of a trained prompt classifier, or `starter` for the built-in one",
    )
    reply_classifier: str = Field(
        "starter",
        validation_alias=AliasChoices("reply_classifier", "replies"),
        serialization_alias="replies",
        description="file of a trained reply classifier, or `starter` for the built-in one",
    )
    profanity: str = Field(
        "english", description="file of profane words, or `english` for the built-in list"
    )
    near_duplicates: Literal["words", "words and vectors"] = Field(
        "words", description="what to compare to find near duplicates among prompts"
    )
    code: tuple[CodeName, ...] = Field(
        (),
        description="Python files with measures of your own, by name: `workbench scores add` puts "
        "them into the workspace; or installed packages with such measures",
    )

    @field_validator("code")
    @classmethod
    def _is_distinct(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(names)) < len(names):
            msg = "a name is listed twice"
            raise ValueError(msg)
        return names


class Recipe(Section):
    """Everything that decides the content of an export.

    Equal recipes on equal inputs give equal bytes. Settings of the machine, like worker counts and
    the path of the workspace, are therefore not in a recipe.
    """

    ingest: IngestSettings = IngestSettings()
    threads: ThreadSettings = ThreadSettings()
    embed: EmbedSettings = EmbedSettings()
    score: ScoreSettings = ScoreSettings()
    select: SelectSettings = SelectSettings()
    export: ExportSettings = ExportSettings()

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a recipe from a TOML file.

        Raises:
            RecipeError: If the file cannot be read, is not TOML, or has an unknown or impossible
                setting.
        """
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            msg = f"Recipe {path} cannot be read: {error}."
            raise RecipeError(msg, hint="`workbench recipe > recipe.toml` writes one.") from error
        return cls.from_toml(text, name=str(path))

    @classmethod
    def from_toml(cls, text: str, *, name: str = "recipe") -> Self:
        r"""Parse a recipe from TOML text.

        Args:
            text: The TOML text.
            name: Name of the recipe in error messages.

        Raises:
            RecipeError: If the text is not TOML, or has an unknown or impossible setting.

        Examples:
            >>> Recipe.from_toml("[select.turns]\nmin = 3").select.turns.min
            3.0
        """
        try:
            # Some editors begin a file with a byte order mark.
            settings = tomllib.loads(text.removeprefix("\ufeff"))
        except tomllib.TOMLDecodeError as error:
            msg = f"Recipe {name} is not valid TOML: {error}."
            raise RecipeError(msg, hint="correct that line and try again.") from error
        return cls.from_mapping(settings, name=f"Recipe {name}")

    @classmethod
    def from_mapping(cls, settings: Mapping[str, Any], *, name: str = "The recipe") -> Self:
        """Check a mapping of sections, as a TOML file would contain them.

        Raises:
            RecipeError: If it has an unknown or impossible setting.
        """
        try:
            return cls.model_validate(dict(settings))
        except ValidationError as error:
            raise _wrong(error, name) from error

    def with_(self, **settings: Any) -> Self:  # noqa: ANN401 (settings of every type)
        """Return a recipe with some settings changed; this one stays as it is.

        Args:
            settings: Name of a rule or a section -> a mapping of settings, or an object like
                `Bounds(min=0.4)`, which replaces all settings of a rule. A mapping changes only
                what it names. None switches a rule off, and resets a section to its defaults.
                `own` has the rules on own measures: `own={"mood": {"min": 0.4}}`.

        Raises:
            RecipeError: If there is no rule, section or setting of a name, or a value is
                impossible.

        Examples:
            >>> strict = Recipe().with_(similarity={"min": 0.4}, export={"formats": ["messages"]})
            >>> strict.select.similarity.min, strict.export.formats, strict.export.roles
            (0.4, ('messages',), 'dialogue')
            >>> strict.with_(similarity={"max": 0.9}).select.similarity
            Bounds(min=0.4, max=0.9)
            >>> strict.with_(similarity=None).select == Recipe().select
            True
        """
        merged = changes.merge(self.model_dump(), settings, rules=(*CATALOGUE, "own"))
        try:
            return type(self).model_validate(merged)
        except ValidationError as error:
            raise _wrong(error, "The changed recipe") from error

    def __repr__(self) -> str:
        """Count the rules, and list what differs from the defaults."""
        rules = f"Recipe with {len(active(self.select))} active rules"
        differing = self.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
        if not differing:
            return f"{rules}: the defaults"
        return "\n  ".join([f"{rules}: the defaults, except", *changes.lines(differing)])

    def __str__(self) -> str:
        return repr(self)

    @property
    def export_settings(self) -> ExportSettings:
        """The settings of the export, with `min_answer` taken from the rule `answer` if empty."""
        if self.export.min_answer is not None:
            return self.export
        return self.export.model_copy(update={"min_answer": self.select.answer.min or 0.0})

    def to_toml(self) -> str:
        """Return the whole recipe as TOML, without settings that are None."""
        return tomli_w.dumps(self.model_dump(mode="json", exclude_none=True))

    def digest(self, *sections: str) -> str:
        """Return a hash of the named sections, or of all, as 16 hexadecimal digits."""
        dump: dict[str, Any] = self.model_dump(
            mode="json", include=set(sections) or None, by_alias=True
        )
        for section, setting in _ADDED:
            if section in dump and not dump[section][setting]:
                del dump[section][setting]
        canonical = json.dumps(dump, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _wrong(error: ValidationError, what: str) -> RecipeError:
    """List the wrong settings of a recipe."""
    wrong = [f"\n  {line}" for line in settings_errors.lines(error, model=Recipe)]
    msg = f"{what} has {len(wrong)} wrong setting(s):{''.join(wrong)}"
    return RecipeError(msg, hint="`workbench recipe` prints every setting.")
