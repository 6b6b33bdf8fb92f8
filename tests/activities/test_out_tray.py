"""The out-tray: a letter lies in it until it is posted, and never comes back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from temporalio.testing import ActivityEnvironment

from activities.notices import Notices
from activities.sweeps import Sweeps
from contracts.code import Code
from contracts.commands import CommandKind
from contracts.notices import OUT_TRAY, NoticeAct, NoticeOutcome, NoticeState
from contracts.sweeps import SweepRequest
from db import desk_said
from gateways.anchors import FolderAnchors
from gateways.out_tray import POSTED, FolderOutTray
from gateways.typst_letters import TypstTypesetter
from tests.activities.office_desk import Desk
from tests.activities.test_arrivals import an_update, by_post, notice
from tests.activities.test_notices import FakeMail
from tests.apart import MORNING

__all__ = ["by_post"]  # a fixture of these tests, too


class Tray:
    """The out-tray in a folder, seen to as the notice's workflow does."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.folder = desk, folder
        self.notices = Notices(
            desk.apart.database, FakeMail(), "c@x.example", TypstTypesetter(), None, FolderOutTray(folder)
        )

    async def see_to(self, notice_id: str) -> NoticeOutcome:
        act = NoticeAct(
            organisation_id=self.desk.body.id, complaint_id=self.desk.complaint, notice_id=UUID(notice_id),
            now=self.desk.apart.engine.now,
        )  # fmt: skip
        return await ActivityEnvironment().run(self.notices.send, act)

    def started(self, notice_id: str) -> int:
        """Count how often its workflow was asked for, and forget it."""
        found = [each for each in self.desk.apart.engine.notices if str(each.notice_id) == notice_id]
        assert {each.carrier for each in found} <= {OUT_TRAY}
        self.desk.apart.engine.notices.clear()
        return len(found)

    @property
    def names(self) -> list[str]:
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*.pdf"))


async def test_a_letter_lies_in_the_out_tray_until_it_is_posted(by_post: Desk, tmp_path: Path) -> None:
    tray, sent = Tray(by_post, tmp_path), await an_update(by_post)
    assert (sent["state"], sent["carrier"]) == ("released", "out_tray")
    assert tray.started(sent["id"]) == 1
    for _ in range(2):
        assert (await tray.see_to(sent["id"])).state is NoticeState.RELEASED
    reference = by_post.stands()["reference"]
    name = f"{reference}-{sent['id']}.pdf"
    assert tray.names == [f"{by_post.body.code}/{name}"]
    await by_post.must(CommandKind.ADD_NOTE, desk_said.AddNote(words="nothing"))
    assert tray.started(sent["id"]) == 0  # it lies there
    (task,) = by_post.tasks("post_letter")
    await by_post.must(CommandKind.COMPLETE_TASK, desk_said.CompleteTask(task_id=UUID(task["id"])))
    assert tray.started(sent["id"]) == 1
    for _ in range(2):
        assert (await tray.see_to(sent["id"])).state is NoticeState.HANDED_OVER
    assert tray.names == [f"{by_post.body.code}/{POSTED}/{name}"]
    await by_post.must(CommandKind.ADD_NOTE, desk_said.AddNote(words="nothing"))
    assert tray.started(sent["id"]) == 0


async def test_a_letter_that_may_not_leave_any_more_is_taken_away(by_post: Desk, tmp_path: Path) -> None:
    tray, sent = Tray(by_post, tmp_path), await an_update(by_post)
    await tray.see_to(sent["id"])
    stop = desk_said.SetContactRules(stop_contact=True, hold=False, reason="Asked us not to write.")
    await by_post.must(CommandKind.SET_CONTACT_RULES, stop)
    await tray.see_to(sent["id"])
    assert tray.names == [] and notice(by_post)["state"] == "withheld"


async def test_an_organisation_may_have_no_out_tray(by_post: Desk) -> None:
    by_post.apart.rows(
        "insert into carrier_setting (id, organisation_id, carrier, emails, texts, letters, changed_at)"
        " values (%s, %s, 'out_tray', false, false, false, %s)", uuid4(), by_post.body.id, MORNING,
    )  # fmt: skip
    sent = await an_update(by_post)
    assert (sent["state"], sent["carrier"]) == ("released", None)
    assert len(by_post.tasks("post_letter")) == 1


async def test_the_sweep_finds_what_is_not_in_the_out_tray(by_post: Desk, tmp_path: Path) -> None:
    sent, apart = await an_update(by_post), by_post.apart
    apart.engine.notices.clear()
    sweeps = Sweeps(
        apart.database, apart.sweeper, apart.engine, apart.states, FolderAnchors(tmp_path / "a"), apart.engine  # type: ignore[arg-type]
    )  # fmt: skip
    asked = SweepRequest(now=MORNING + timedelta(minutes=5), batch=100_000)  # the other tests' letters lie there, too
    await ActivityEnvironment().run(sweeps.deliver_pending, asked)
    found = [each.carrier for each in apart.engine.notices if str(each.notice_id) == sent["id"]]
    assert found == [Code("out_tray")]
    await Tray(by_post, tmp_path).see_to(sent["id"])
    apart.engine.notices.clear()
    await ActivityEnvironment().run(sweeps.deliver_pending, asked)
    assert [each for each in apart.engine.notices if str(each.notice_id) == sent["id"]] == []


async def test_a_letter_over_which_a_worker_died_and_which_is_withheld_then_does_not_stay_there(
    by_post: Desk, tmp_path: Path
) -> None:
    """It lay there, and nothing said so: whoever empties the tray would have posted it."""

    class Dying(FolderOutTray):
        async def lay_out(self, organisation: str, name: str, content: bytes) -> None:
            await super().lay_out(organisation, name, content)
            raise ConnectionError

    tray, sent, apart = Tray(by_post, tmp_path / "tray"), await an_update(by_post), by_post.apart
    dying = Notices(
        apart.database, FakeMail(), "c@x.example", TypstTypesetter(), None, Dying(tray.folder)
    )  # fmt: skip
    act = NoticeAct(
        organisation_id=by_post.body.id, complaint_id=by_post.complaint, notice_id=UUID(sent["id"]), now=MORNING
    )
    with pytest.raises(ConnectionError):
        await ActivityEnvironment().run(dying.send, act)
    assert len(tray.names) == 1
    stop = desk_said.SetContactRules(stop_contact=True, hold=False, reason="Asked us not to write.")
    await by_post.must(CommandKind.SET_CONTACT_RULES, stop)
    apart.engine.notices.clear()
    sweeps = Sweeps(
        apart.database, apart.sweeper, apart.engine, apart.states, FolderAnchors(tmp_path / "a"), apart.engine  # type: ignore[arg-type]
    )  # fmt: skip
    asked = SweepRequest(now=MORNING + timedelta(minutes=5), batch=100_000)  # here, too
    await ActivityEnvironment().run(sweeps.deliver_pending, asked)
    assert tray.started(sent["id"]) == 1
    await tray.see_to(sent["id"])
    assert tray.names == []
    await ActivityEnvironment().run(sweeps.deliver_pending, asked)
    assert tray.started(sent["id"]) == 0
