"""Who acts for the holder of an office by appointment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MANAGER: Final = "complaints_manager"

# Who acts for the holder of an office when nobody who holds it can be found.
DEPUTIES: Final[Mapping[str, str]] = {
    "responsible_person": "delegate",
    MANAGER: "deputy_complaints_manager",
}
