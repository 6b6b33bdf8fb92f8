"""What a search found, as it is shown."""

from __future__ import annotations

import re
from typing import Final

from pydantic import Field

from api.schemas.base import Wire
from api.schemas.complaints import WorklistLine
from db.queries.search import Hit

_LONGEST: Final = 200
_TAG = re.compile(r"<[^<>]*>")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


class FoundLine(WorklistLine):
    """A complaint that was found, with some of its words around what was looked for."""

    snippet: str | None = Field(default=None, max_length=_LONGEST, description="Plain text, with no markup in it.")

    @classmethod
    def found(cls, hit: Hit, *, stage_title: str) -> FoundLine:
        """Return what was found as it is shown."""
        line = WorklistLine.of(hit.line, words=True, stage_title=stage_title)
        return cls(**line.model_dump(by_alias=False), snippet=_plain(hit.snippet))


def _plain(text: str | None) -> str | None:
    """Return words as plain text: what looks like markup is left out, and so is what could begin some."""
    if text is None:
        return None
    words = _BLANK.sub(" ", _TAG.sub(" ", text)).translate({ord("<"): "‹", ord(">"): "›"}).strip()
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1].rstrip() + "…"


class Found(Wire):
    """A page of what was found; `next` is the cursor of the page after, if there is one."""

    items: list[FoundLine]
    next: str | None = None
