"""What an organisation sets that has words or secrets: support for its staff, statements, its account with Notify."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from db.party_said import NeedsSaid, PartySaid
from gateways.sealing import Sealing, about
from tests.gateways.notify_stub import KEY as NOTIFY_KEY
from tests.lives.markers import SEALING_KEY, W, marked, marker
from tests.lives.planted import Migrator, Planted
from tests.world import MORNING

# A text goes to no number with words in it.
A_PHONE: Final = "07700900321"


def set_words(planted: Planted, migrator: Migrator) -> None:
    """Set where staff find support, and the statements in the organisation's own words."""
    for position, kind in enumerate(("inside", "outside")):
        migrator.execute(
            "insert into support_detail (id, organisation_id, kind, position, title, reached_by, set_at)"
            " values (%s, %s, %s, %s, %s, %s, %s)",
            (
                *(uuid4(), planted.body.id, kind, position),
                *(marker("SupportDetail.title"), marker("SupportDetail.reached_by"), MORNING),
            ),
        )
    migrator.execute(
        "insert into statement_words (id, organisation_id, number, advocacy, non_detriment, changed_at)"
        " values (%s, %s, 1, %s, %s, %s)",
        (
            *(uuid4(), planted.body.id),
            *(marker("StatementWords.advocacy"), marker("StatementWords.non_detriment"), MORNING),
        ),
    )


def text_by_notify(planted: Planted, migrator: Migrator) -> None:
    """Let texts go by Notify, with the organisation's own key."""
    setting_id = uuid4()
    sealed = Sealing.of(SEALING_KEY).seal(NOTIFY_KEY, about("carrier_setting.key_sealed", setting_id))
    migrator.execute(
        "insert into carrier_setting (id, organisation_id, carrier, emails, texts, letters, text_template, key_sealed,"
        " changed_at) values (%s, %s, 'notify', false, true, false, %s, %s, %s)",
        (setting_id, planted.body.id, uuid4(), sealed, MORNING),
    )


async def told_by_text(planted: Planted) -> None:
    """Somebody who wants texts is told that the complaint came. Notify takes it, and its answer is lost."""
    party = PartySaid(
        role="complainant", name=W, phone=A_PHONE, address=W,
        needs=NeedsSaid(preferred_channel="text", unsafe=("no_calls",), unsafe_words=W),
    )  # fmt: skip
    complaint = await planted.world.log(
        planted.body, parties=marked((party,)), summary=marker("Log.summary"), narrative=marker("Log.narrative")
    )
    planted.complaints.append(complaint)
    await planted.handed_over(complaint, "receipt")
