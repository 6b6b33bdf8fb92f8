"""The silence about an imported complaint: until its switch date nothing is sent, to nobody.

The database refuses it too, whoever asks (`silent_until_switch` on `notice`); here it is not even tried.
"""

from __future__ import annotations

from datetime import time

from activities.acts.case import Case
from db.models.imports import ImportBatch
from policies.calendars import at_local


async def is_kept(case: Case) -> bool:
    """Say whether nothing may be sent about this complaint yet: the local midnight of its switch date lies ahead."""
    if case.complaint.import_id is None:
        return False
    batch = await case.session.get_one(ImportBatch, case.complaint.import_id)
    return case.act.now < at_local(batch.switch_on, time())
