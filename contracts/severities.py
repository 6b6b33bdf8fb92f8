"""How serious a complaint can be, the least first; and from where on somebody senior has to have it in hand."""

from __future__ import annotations

from typing import Final, Literal

Severity = Literal["routine", "elevated", "serious", "immediate"]
SEVERITIES: Final[tuple[Severity, ...]] = ("routine", "elevated", "serious", "immediate")
GRAVE: Final[tuple[Severity, ...]] = ("serious", "immediate")
