"""One complaint with everybody in it: whoever a letter is to reads of themselves, and of nobody they must not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from contracts.commands import CommandKind
from db import desk_said, said
from db.consent_said import RecordConsent, WithdrawConsent
from db.party_said import NeedsSaid, PartySaid
from tests.activities import told_staff
from tests.activities.office_desk import Desk, a_desk
from tests.apart import Apart
from tests.bodies import Body

K = CommandKind
TODAY: Final = date(2028, 3, 2)
STREET: Final = "Sassafras"
# Names that stand nowhere else; who they are, as letters are to them.
OUTSIDE: Final = {
    "complainant": "Ann Alphaname",
    "affected": "Bill Bravoname",
    "mp": "Mara Charliename",
    "advocate": "Cleo Deltaname",
    "witness": "Will Echoname",
}
STAFF: Final = {"one": "Nora Foxtrotname", "other": "Lou Golfname"}
# Beside themselves: the advocate has copies of what is written to the person, with the consent of whom it is about.
MAY_READ_OF: Final[dict[str, set[str]]] = {"advocate": {"complainant"}}

WRITTEN: Final = {
    *("staff_follow_up", "staff_invitation", "staff_views", "staff_update", "staff_change", "staff_outcome"),
    *("mp_receipt", "period_set", "extension", "response", "reminder"),
}

# Where people live, how they are reached, and what is safe for them.
NOWHERE: Final = (STREET, "-address@", "-of-staff@", "07700900999", "9434765919", "lodger")


def parties() -> tuple[PartySaid, ...]:
    def one(role: Any, **more: Any) -> PartySaid:
        email = f"{role}-address@example.org"
        return PartySaid(role=role, name=OUTSIDE[role], email=email, phone="07700900999",
                         address=f"1 {STREET} Road", **more)  # fmt: skip

    return (
        one("complainant", relation="daughter", ground="asked", consent_basis="written"),
        one("affected", nhs_number="9434765919"),
        one("mp", consent_basis="implied_constituent"),
        one("advocate", needs=NeedsSaid(copies=True, unsafe_words="not before the lodger")),
        one("witness"),
    )


async def lived(desk: Desk) -> None:
    """From the receipt to the outcome: everybody is written to who is ever written to."""
    people = {row["role"]: UUID(row["id"]) for row in desk.rows("select * from party where complaint_id = %s")}
    agrees = RecordConsent(
        scope="represent", giver_id=people["affected"], recipient_id=people["advocate"], basis="statutory",
        given_on=TODAY,
    )  # fmt: skip
    await desk.must(K.RECORD_CONSENT, agrees)
    await desk.acknowledge(TODAY)
    members = [await told_staff.name(desk, None, name=name, email=f"{key}-of-staff@example.org")
               for key, name in STAFF.items()]  # fmt: skip
    for member in members:
        await told_staff.tell(desk, member)
    await desk.agree(date(2028, 4, 28))
    await asked_and_informed(desk, members)
    extended = said.Extend(
        clock="response_period", respond_by=date(2028, 5, 12), reason="The records are late.", agreed_with="Ann",
        agreed_on=TODAY,
    )  # fmt: skip
    await desk.must(K.EXTEND, extended)
    for member in members:
        await told_staff.inform(desk, member, "change_of_timescale", how="letter")
    consent = UUID(desk.row("select id from consent where complaint_id = %s")["id"])
    back = WithdrawConsent(
        consent_id=consent, withdrawn_on=TODAY, withdrawn_by=people["affected"], how="call", words="The lodger knows."
    )
    await desk.must(K.WITHDRAW_CONSENT, back)
    await told_staff.respond(desk)
    for member in members:
        await told_staff.inform(desk, member, "outcome", how="letter")


async def asked_and_informed(desk: Desk, members: list[UUID]) -> None:
    """The owner is reminded; the staff are asked to comment, and told how it stands."""
    desk.at(datetime(2028, 3, 2, 12, tzinfo=UTC))
    await desk.fire("response_period", desk.clock("response_period")["rungs"][0]["rung"])
    await desk.must(K.ADD_NOTE, desk_said.AddNote(words=f"{STAFF['one']} and {STAFF['other']} were there."))
    for member in members:
        await told_staff.invite(desk, member, how="letter")
        await told_staff.inform(desk, member, "initial_views", how="letter")
        await told_staff.inform(desk, member, "progress", how="letter")
    await told_staff.comment(desk, members[0], words=f"{STAFF['other']} was on call, not I.", by="handler")


def reads(desk: Desk) -> list[tuple[str, str, str]]:
    """Return whom each notice is to, its template and its text."""
    rows = desk.rows(
        "select n.template, n.subject, n.body, coalesce(p.role, w.name, 'prompt') as reader from notice n"
        " left join party p on p.id = n.party_id left join involvement_words w on w.involvement_id = n.involvement_id"
        " where n.complaint_id = %s"
    )
    by_name = {name: key for key, name in STAFF.items()}
    return [(by_name.get(row["reader"], row["reader"]), row["template"], row["subject"] + row["body"]) for row in rows]


async def test_everybody_reads_of_themselves_and_of_nobody_they_must_not(beside: Apart, body: Body) -> None:
    desk = await a_desk(beside, body, parties=parties(), source="mp")
    await lived(desk)
    read = reads(desk)
    assert {"complainant", "mp", "advocate", "one", "other", "prompt"} <= {reader for reader, *_ in read}
    assert {template for _, template, _ in read} >= WRITTEN
    for reader, template, text in read:
        own = {reader} | MAY_READ_OF.get(reader, set())
        others = {key: name for key, name in (OUTSIDE | STAFF).items() if key not in own}
        assert [key for key, name in others.items() if name.split()[1] in text] == [], (reader, template)
        assert [each for each in NOWHERE if each in text] == [], (reader, template)
    # Else the names would be looked for in vain.
    for reader, name in (OUTSIDE | STAFF).items():
        if reader not in ("affected", "witness"):  # to whom nothing is written
            assert any(name in text for who, _, text in read if who == reader), reader
    colleagues = {row[0] for row in desk.apart.rows("select name from person where organisation_id = %s", body.id)}
    for text in (text for reader, _, text in read if reader == "prompt"):
        assert desk.stands()["reference"] in text
        assert [name for name in colleagues if name in text] == []
