"""Who carries a notice: decided when it is released or queued, by what its organisation has set."""

from __future__ import annotations

from typing import Final

from activities.acts.case import Case
from db.models.arrivals import CarrierSetting
from db.models.work import Notice
from db.queries import carriers
from policies.reaching import EMAIL, LARGE_PRINT, Needs

OUT_TRAY: Final = carriers.OUT_TRAY
_QUEUED_CHANNELS = frozenset({"email", "text"})


async def carrier_for(case: Case, channel: str, needs: Needs) -> str | None:
    """Return who carries a notice to a person outside by a channel: None for the mail gateway, or a person alone.

    Large print is a sheet that goes with an e-mail; with one by Notify goes none.
    """
    notify = await carriers.setting(case.session, carriers.NOTIFY)
    sheet = channel == EMAIL and LARGE_PRINT in needs.formats
    if _carries(notify, channel) and not sheet:
        return carriers.NOTIFY
    if channel != "letter":
        return None
    tray = await carriers.setting(case.session, carriers.OUT_TRAY)
    return carriers.OUT_TRAY if tray is None or tray.letters else None


async def may_text(case: Case) -> bool:
    """Say whether the organisation has a carrier for texts."""
    return _carries(await carriers.setting(case.session, carriers.NOTIFY), "text")


def takes_words_alone(notice: Notice) -> bool:
    """Say whether the carrier of a notice takes no sheet with it."""
    return notice.carrier == carriers.NOTIFY and notice.channel == EMAIL


def leaves_by_itself(notice: Notice) -> bool:
    """Say whether a machine takes a released notice on its way; else a person posts it."""
    return notice.channel in _QUEUED_CHANNELS or notice.carrier == carriers.NOTIFY


def _carries(setting: CarrierSetting | None, channel: str) -> bool:
    if setting is None or setting.key_sealed is None:
        return False
    if channel == "email":
        return setting.emails and setting.email_template is not None
    if channel == "text":
        return setting.texts and setting.text_template is not None
    return channel == "letter" and setting.letters
