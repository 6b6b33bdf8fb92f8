"""What is fetched from another installation's door, page after page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from activities.joint_carriers import HttpCarrier
from contracts.joint import JointPartStart
from gateways.joint_client import OK, JointAnswer, JointDoor
from tests.apart import MORNING

PAGE = 50
START = JointPartStart(organisation_id=uuid4(), contribution_id=uuid4(), partner_id=uuid4())


class ADoor:
    """A door behind which some messages are withheld."""

    def __init__(self, kinds: list[str], *, stuck: bool = False) -> None:
        self._kinds, self._stuck, self.asked = kinds, stuck, list[int]()

    async def messages(self, door: JointDoor, after: int) -> JointAnswer:
        self.asked.append(after)
        after = 0 if self._stuck else after
        page = list(enumerate(self._kinds, start=1))[after : after + PAGE]
        items = [{"protocol": 1, "seq": seq, "kind": kind, "body": {}} for seq, kind in page]
        return JointAnswer(outcome=OK, said={"items": items, "more": self._stuck or after + PAGE < len(self._kinds)})

    async def contribution(self, door: JointDoor) -> JointAnswer:
        raise NotImplementedError

    async def say(self, door: JointDoor, message: Mapping[str, Any]) -> JointAnswer:
        raise NotImplementedError

    async def send_file(
        self, door: JointDoor, file_id: UUID, name: str, media_type: str, file: BinaryIO
    ) -> JointAnswer:
        raise NotImplementedError


class Known(HttpCarrier):
    """A carrier that knows its door, without a database."""

    def __init__(self, door: ADoor) -> None:
        super().__init__(None, door, None)  # type: ignore[arg-type]

    async def _door(self, start: JointPartStart, now: datetime) -> JointDoor:
        return JointDoor(url="https://lead.example/joint/v1/RX1", contribution_id=uuid4(), credentials=("-",))


async def test_what_stands_behind_pages_of_withheld_messages_is_found() -> None:
    door = ADoor(["withheld"] * (2 * PAGE) + ["consent_ended"])
    fetched = await Known(door).fetch(START, 0, MORNING)
    assert [(each.seq, each.kind) for each in fetched.told] == [(2 * PAGE + 1, "consent_ended")]
    assert (fetched.failure, door.asked) == (None, [0, PAGE, 2 * PAGE])


async def test_a_door_that_says_the_same_page_for_ever_is_asked_no_more() -> None:
    door = ADoor(["reminder"], stuck=True)
    fetched = await Known(door).fetch(START, 0, MORNING)
    assert {each.seq for each in fetched.told} == {1}
    assert len(door.asked) == 2
