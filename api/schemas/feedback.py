"""What people and staff said beside their scores, as a panel reads it: by theme, of a quarter, of nobody."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.schemas.base import Wire

Of = Literal["people", "staff"]


class ThemeWords(Wire):
    """What was said about complaints with one theme. Themes of which fewer than five said something are one."""

    theme: str | None = Field(default=None, description="A subject of the coding. Left out: several, or none.")
    words: list[str]


class FeedbackWords(Wire):
    """What was said in a quarter, in an order of no meaning. It leads to no complaint and to nobody."""

    quarter: str
    of: Of
    shown: bool = Field(description="False where the quarter has not ended, or fewer than five answered.")
    items: list[ThemeWords]
