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

REQUESTEE: Final = "requestee"
SERVICE_LEAD: Final = "service_lead"
DIVISIONAL_DIRECTOR: Final = "divisional_director"
MEDICAL_DIRECTOR: Final = "medical_director"
NURSING_DIRECTOR: Final = "nursing_director"

# Who is asked about a request to a colleague, in the order of the ladder. The first is no office: it is whoever was
# asked. The next two are held in a unit, and only that unit's requests are theirs.
OF_A_REQUEST: Final = (REQUESTEE, SERVICE_LEAD, DIVISIONAL_DIRECTOR, MEDICAL_DIRECTOR, NURSING_DIRECTOR)
HELD_IN_A_UNIT: Final = (SERVICE_LEAD, DIVISIONAL_DIRECTOR)
