"""The rule of an extension: whether a running clock may be given a later date, on what terms, and how far."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StrictBool, StrictInt
from pydantic.dataclasses import dataclass

from policies.rule_fields import STRICT, Name


class BeyondCap(StrEnum):
    """What takes an extension beyond its cap."""

    NEVER = "never"
    WITH_GOOD_REASON = "with_good_reason"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ExtensionRule:
    """Whether a running clock may be given a later date, and on what terms.

    `cap` is how many units of the clock (working or calendar days) all extensions together may add to its first due
    date; `cap_figure` names the organisation's figure for it. `names_ombudsman`: the letter says who the Ombudsman is.
    """

    allowed: StrictBool
    needs_agreement: StrictBool = True
    before_expiry: StrictBool = True
    cap: Annotated[StrictInt, Field(ge=1, le=366)] | None = None
    cap_figure: Name | None = None
    beyond_cap: BeyondCap = BeyondCap.NEVER
    names_ombudsman: StrictBool = False
