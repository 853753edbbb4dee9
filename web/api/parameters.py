"""What each endpoint may be asked: query parameters with their defaults, bounds and meanings."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from kb.search.engine import Engine
from kb.search.filters import value_titles
from kb.search.reading import MAX_CHARACTERS
from kb.search.types import Filters, Mode, Query
from web.api.problems import FieldError, InvalidParameterError

MAX_VALUES = 50  # of one repeated parameter


def _plain_digits(value: object) -> object:
    """Refuse what Python would read as a number and other clients would not: `1_0`, ` 5`, `5.0`."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise PydanticCustomError("whole_number", "Input should be a whole number")
    return value


Count = Annotated[int, BeforeValidator(_plain_digits)]
Switch = Literal["0", "1", "true", "false"]
ON: tuple[Switch, ...] = ("1", "true")
TopicId = Annotated[str, Field(max_length=200, json_schema_extra={"format": "topic-id"})]
ProductId = Annotated[str, Field(max_length=200, json_schema_extra={"format": "product-id"})]
PlatformId = Annotated[str, Field(max_length=200, json_schema_extra={"format": "platform-id"})]


def _repeatable(what: str) -> str:
    return f"Only articles {what} (its id). Repeat it for articles with one of several."


Topics = Annotated[list[TopicId], Field(max_length=MAX_VALUES, description=_repeatable("of this topic"))]


def _describe_cursor(schema: JsonDict) -> None:
    schema["format"] = "cursor"
    del schema["default"]  # leaving it out is the first page, which no value stands for


Cursor = Annotated[
    str,
    Field(
        min_length=1,
        max_length=2000,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="Where to go on: `next` from the page before, with the other parameters as they were.",
        json_schema_extra=_describe_cursor,
    ),
]


class Parameters(BaseModel):
    """The parameters of an endpoint that has none: each endpoint refuses those it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SearchParameters(Parameters):
    """A search."""

    q: str = Field(
        default="",
        description='The search, in the reader\'s own words. `"exact words"`, `-word` and `title:word` are understood. '
        f"Only the first {MAX_CHARACTERS:,} characters are searched, and `notes` says so.",
    )
    limit: Count = Field(default=10, ge=1, le=50, description="The most hits to answer with.")
    cursor: Cursor = ""
    topic: Topics = []
    product: Annotated[list[ProductId], Field(max_length=MAX_VALUES, description=_repeatable("about this product"))] = []
    platform: Annotated[list[PlatformId], Field(max_length=MAX_VALUES, description=_repeatable("for this platform"))] = []
    mode: Mode = Field(default=Mode.HYBRID, description="Which evidence ranks the hits: words, meaning or both.")
    verbatim: Switch = Field(default="0", description="Whether to search for the words as typed, without correcting any.")
    explain: Switch = Field(
        default="0", description="Whether the answer says how the search was read and judged, and each hit why it stands there."
    )

    def as_query(self) -> Query:
        """The search as the engine takes it, from the first hit on."""
        filters = Filters(topic=tuple(self.topic), product=tuple(self.product), platform=tuple(self.platform))
        return Query(text=self.q, mode=self.mode, filters=filters, limit=self.limit, verbatim=self.verbatim in ON)

    @property
    def wants_explanation(self) -> bool:
        """Whether the answer is to be explained."""
        return self.explain in ON


class SuggestParameters(Parameters):
    """The beginning of a search."""

    q: str = Field(default="", description="What has been typed so far.")
    limit: Count = Field(default=8, ge=1, le=20, description="The most suggestions to answer with.")


class ListParameters(Parameters):
    """A page of the list of articles."""

    limit: Count = Field(default=20, ge=1, le=100, description="The most articles to answer with.")
    cursor: Cursor = ""
    topic: Topics = []

    def as_query(self) -> Query:
        """The list as a query without words, which is what its cursors are bound to."""
        return Query(text="", filters=Filters(topic=tuple(self.topic)), limit=self.limit)


def check_filters(filters: Filters, engine: Engine) -> None:
    """Raise `InvalidParameterError`, naming the values there are, for one that the engine's partition does not have."""
    errors = [
        FieldError(field=facet, message=f"{value!r} is not known. Known: {', '.join(known) or 'none'}.")
        for facet, known in known_values(engine).items()
        for value in getattr(filters, facet)
        if value not in known
    ]
    if errors:
        raise InvalidParameterError(errors)


def known_values(engine: Engine) -> dict[str, tuple[str, ...]]:
    """What each filter can be set to: what site.toml declares, and what articles have beyond that."""
    declared = value_titles(engine.partition.site)
    return {facet: tuple(dict.fromkeys([*declared[facet], *used])) for facet, used in engine.filter_values().items()}
