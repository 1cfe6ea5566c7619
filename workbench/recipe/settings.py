"""The recipe: every setting of every stage, in one TOML file."""

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any, Literal, Self

import tomli_w
from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from workbench.exceptions import RecipeError
from workbench.recipe import settings_errors
from workbench.recipe.column_map import ColumnMap
from workbench.recipe.rules import SelectSettings


class Section(BaseModel):
    """A table of the recipe. Unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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


class ExportSettings(Section):
    """What to export, and how."""

    formats: tuple[str, ...] = Field(
        ("oasst", "messages"), description="formats to write; `workbench formats` lists them"
    )
    roles: Literal["author", "dialogue", "first_reply"] = Field(
        "dialogue", description="policy that decides who is the prompter and who is the assistant"
    )
    paths: Literal["tree", "best", "all"] = Field(
        "best",
        description="paths to write in formats without branches: the best one, or all; `tree` "
        "allows only formats of trees",
    )
    replies: Literal["auto", "best", "all"] | int = Field(
        "auto",
        description="replies to the opening tweet to write: the `best` one, a number of the best "
        "ones, or `all` good ones; each begins a path or a branch; `auto`: all in formats of trees "
        'and with paths = "all", else the best',
    )
    min_answer: float | None = Field(
        None,
        ge=0,
        le=1,
        description="lowest probability of an answer of a reply that is written, at every depth; "
        "empty: the `min` of the rule `answer`",
    )
    preferred_by: Literal["answer", "likes", "both", "either"] = Field(
        "answer",
        description="rule of the format `preference`: `answer`: the preferred reply answers with a "
        "probability that is higher by `margin`; `likes`: it came later and still has more likes; "
        "`both` rules prefer it; `either` does and the other one does not contradict",
    )
    margin: float = Field(
        0.3,
        gt=0,
        le=1,
        description="least difference between the probabilities of two answers of which one is "
        "preferred",
    )
    kto_good: float = Field(
        0.5,
        ge=0,
        le=1,
        description="lowest probability of an answer of a good reply in the format `kto`",
    )
    kto_bad: float = Field(
        0.1,
        ge=0,
        le=1,
        description="highest probability of an answer of a bad reply in the format `kto`; replies "
        "between the two are left out",
    )
    meta: Literal["none", "record", "sidecar"] = Field(
        "none",
        description="where to write the tweet ids, language, scores and near duplicates of each "
        "record: nowhere, in a key `meta` of the `record`, or line by line in a `sidecar` file",
    )
    links: Literal["mask", "remove", "keep"] = Field(
        "mask", description="replace links by [link], remove them, or keep them"
    )
    mentions: Literal["pseudonym", "remove", "keep"] = Field(
        "pseudonym", description="replace mentions by @user1, @user2..., remove them, or keep them"
    )
    personal_data: Literal["mask", "remove", "keep"] = Field(
        "mask",
        description="replace e-mail and IP addresses, phone and card numbers, and keys by "
        "[email] and so on, remove them, or keep them",
    )
    tidy: bool = Field(
        True,
        description="remove what only makes sense on the platform: mentions that address the "
        "reader, links after the last sentence, labels and names of chats (`Q2:`, `#edchat`), "
        "numbers of parts (`1/5`), and in replies hashtags at the end and signatures (`^AB`)",
    )
    validation: float = Field(
        0.0, ge=0, lt=1, description="share of the threads for the validation split, 0 to 1"
    )
    test: float = Field(
        0.0, ge=0, lt=1, description="share of the threads for the test split, 0 to 1"
    )

    @field_validator("replies", mode="before")
    @classmethod
    def _are_named_or_counted(cls, value: Any) -> Any:  # noqa: ANN401 (checked here)
        is_count = isinstance(value, int) and not isinstance(value, bool) and value >= 1
        if not is_count and value not in ("auto", "best", "all"):
            msg = 'should be "auto", "best", "all" or a whole number from 1'
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _good_is_better_than_bad(self) -> Self:
        if self.kto_bad >= self.kto_good:
            msg = f"kto_bad {self.kto_bad:g} is not below kto_good {self.kto_good:g}"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _leave_threads_for_training(self) -> Self:
        if self.validation + self.test >= 1:
            shares = f"validation {self.validation:g} and test {self.test:g}"
            msg = f"{shares} leave nothing for training"
            raise ValueError(msg)
        return self

    @property
    def shares(self) -> dict[str, float]:
        """Split -> share of the threads, without empty splits."""
        shares = {"validation": self.validation, "test": self.test}
        train = 1 - sum(shares.values())
        return {"train": train, **{name: share for name, share in shares.items() if share}}


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
            return cls.model_validate(tomllib.loads(text.removeprefix("\ufeff")))
        except tomllib.TOMLDecodeError as error:
            msg = f"Recipe {name} is not valid TOML: {error}."
            raise RecipeError(msg, hint="correct that line and try again.") from error
        except ValidationError as error:
            wrong = [f"\n  {line}" for line in settings_errors.lines(error, model=cls)]
            msg = f"Recipe {name} has {len(wrong)} wrong setting(s):{''.join(wrong)}"
            raise RecipeError(msg, hint="`workbench recipe` prints every setting.") from error

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
        dump = self.model_dump(mode="json", include=set(sections) or None, by_alias=True)
        canonical = json.dumps(dump, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]
