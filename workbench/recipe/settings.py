"""Settings: the recipe, every knob of every stage, in one TOML file."""

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Literal, Self

import tomli_w
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, model_validator

from workbench.exceptions import RecipeError
from workbench.recipe import settings_errors
from workbench.recipe.rules import SelectSettings


class Section(BaseModel):
    """A table of the recipe; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class IngestSettings(Section):
    """How dumps are read."""

    format: str | None = Field(None, description="format of every member; empty: by content")
    max_line_bytes: int = Field(
        16 * 2**20, ge=1024, description="longer lines are rejected, in bytes"
    )


class ThreadSettings(Section):
    """How tweets become threads."""

    min_turns: int = Field(2, ge=1, description="smaller threads are counted, not kept, in turns")
    use_conversation_id: bool = Field(
        True, description="gather tweets of one conversation whose parents are missing"
    )
    quotes_as_replies: bool = Field(False, description="treat a quote as a reply to what it quotes")


class EmbedSettings(Section):
    """How text becomes vectors."""

    model: str = Field(
        "all-MiniLM-L6-v2",
        description="sentence-transformers model by name or path; `hashing` needs no model",
    )
    turns: Literal["roots", "exchanges", "all"] = Field(
        "roots",
        description="embed the first turn of each thread, its direct replies too, or every turn",
    )
    engine: Literal["exact", "int8", "fast"] = Field(
        "exact",
        description="the model itself; the same in 8 bits, 2 to 4 times as fast on a CPU (needs "
        "the extra `speed`); or a table of its words, over 100 times as fast and much coarser",
    )
    cascade: float = Field(
        0.0,
        ge=0,
        lt=1,
        description="share of the threads that get vectors, 0 to 1: those whose first turn `fast` "
        "finds nearest to the known instructions; 0.3 keeps 87 % of the best 2 %; 0: every thread",
    )

    @model_validator(mode="after")
    def _has_two_engines(self) -> Self:
        if self.cascade and self.engine == "fast":
            msg = "a cascade goes from `fast` to another engine: choose exact or int8"
            raise ValueError(msg)
        return self


class ScoreSettings(Section):
    """What the prompts are compared with."""

    instructions: str = Field(
        "starter", description="file of known instructions, or `starter` for the set that ships"
    )
    # Earlier versions called these settings `detector` and `replies`. Recipes may still do so.
    # Digests still use the old names, so that the tables of old workspaces stay up to date.
    prompt_classifier: str = Field(
        "starter",
        validation_alias=AliasChoices("prompt_classifier", "detector"),
        serialization_alias="detector",
        description="file of a trained prompt classifier, or `starter` for the one that ships",
    )
    reply_classifier: str = Field(
        "starter",
        validation_alias=AliasChoices("reply_classifier", "replies"),
        serialization_alias="replies",
        description="file of a trained reply classifier, or `starter` for the one that ships",
    )
    profanity: str = Field(
        "english", description="file of profane words, or `english` for the list that ships"
    )
    near_duplicates: Literal["words", "words and vectors"] = Field(
        "words", description="what tells that two prompts are nearly the same"
    )


class ExportSettings(Section):
    """What the export pack holds."""

    formats: tuple[str, ...] = Field(("oasst", "messages"), description="see `workbench formats`")
    roles: Literal["author", "dialogue", "first_reply"] = Field(
        "dialogue", description="who is prompter and who is assistant"
    )
    paths: Literal["tree", "best", "all"] = Field(
        "best", description="what a tree becomes in formats without branches"
    )
    links: Literal["mask", "remove", "keep"] = Field(
        "mask", description="links become [link], go, or stay as they are"
    )
    mentions: Literal["pseudonym", "remove", "keep"] = Field(
        "pseudonym", description="mentions become @user1, @user2..., go, or stay as they are"
    )
    personal_data: Literal["mask", "remove", "keep"] = Field(
        "mask", description="addresses, phone and card numbers, keys become [email]..., go, or stay"
    )
    validation: float = Field(
        0.0, ge=0, lt=1, description="share of the threads set aside for validation, 0 to 1"
    )
    test: float = Field(
        0.0, ge=0, lt=1, description="share of the threads set aside for tests, 0 to 1"
    )

    @model_validator(mode="after")
    def _leave_some_to_train(self) -> Self:
        if self.validation + self.test >= 1:
            msg = f"validation {self.validation:g} and test {self.test:g} leave nothing to train"
            raise ValueError(msg)
        return self

    @property
    def shares(self) -> dict[str, float]:
        """Split -> share of the threads; splits without any are left out."""
        shares = {"validation": self.validation, "test": self.test}
        train = 1 - sum(shares.values())
        return {"train": train, **{name: share for name, share in shares.items() if share}}


class Recipe(Section):
    """Everything that decides what an export holds.

    Two equal recipes on equal inputs give equal bytes, so machine matters (worker counts, paths
    of the workspace) are not part of it.
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
            RecipeError: If the file is missing, is no TOML, or names an unknown or impossible
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
        r"""Parse a recipe from TOML text; `name` is how errors call it.

        Examples:
            >>> Recipe.from_toml("[select.turns]\nmin = 3").select.turns.min
            3.0
        """
        try:
            # Some editors begin a file with a byte order mark.
            return cls.model_validate(tomllib.loads(text.removeprefix("\ufeff")))
        except tomllib.TOMLDecodeError as error:
            msg = f"Recipe {name} is not valid TOML: {error}."
            raise RecipeError(msg, hint="mend that line and try again.") from error
        except ValidationError as error:
            wrong = [f"\n  {line}" for line in settings_errors.lines(error, model=cls)]
            msg = f"Recipe {name} has {len(wrong)} wrong setting(s):{''.join(wrong)}"
            raise RecipeError(msg, hint="`workbench recipe` prints every setting.") from error

    def to_toml(self) -> str:
        """Write the whole recipe as TOML; settings that are not set are left out."""
        return tomli_w.dumps(self.model_dump(mode="json", exclude_none=True))

    def digest(self, *sections: str) -> str:
        """Hash the named sections (all if none is named) as 16 hexadecimal digits."""
        dump = self.model_dump(mode="json", include=set(sections) or None, by_alias=True)
        canonical = json.dumps(dump, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]
