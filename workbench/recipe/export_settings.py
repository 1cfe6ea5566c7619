"""Settings of an export."""

from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from workbench.recipe import export_formats
from workbench.recipe.section import Section


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

    @field_validator("formats")
    @classmethod
    def _are_known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if problem := export_formats.problem(name):
                raise ValueError(problem)
        return names

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
