"""The rules in plain English: of a version, of a complaint with the proofs of its clocks, of a body for the public."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from db.references import normalise
from policies.calendars import Nation, local_date
from policies.procedure import Procedure
from policies.procedure_files import load_procedures
from policies.procedure_leaflet import Publisher, leaflet
from policies.procedure_words import explain
from policies.proofs import Proof
from policies.proofs import explain as prove
from runtime.commands.api_calls import ApiCalls, CommandError
from runtime.commands.credentials import Wanted, calls_as
from runtime.settings import load_settings

# Who deals with complaints, in the order in which a leaflet names them.
_ROLES = (("complaints_manager", "Complaints manager"), ("responsible_person", "Responsible person"))


def of_version(procedure: Procedure) -> Iterator[str]:
    """Tell a version as it is written."""
    return explain(procedure)


def of_complaint(reference: str, org: str | None, role: str) -> Iterator[str]:
    """Tell a complaint's own rules with its figures, and how each of its clocks came about."""
    stored = normalise(reference)
    if stored is None:
        raise CommandError(f"{reference} is no reference: look for a mistyped character")
    calls = calls_as(load_settings(), Wanted(role=role, organisation=org), reference=stored)
    return complaint_lines(calls, stored)


def complaint_lines(calls: ApiCalls, reference: str) -> Iterator[str]:
    """Yield the rules and the proofs of one complaint."""
    here = f"/v1/complaints/{reference}"
    rules = calls.get(f"{here}/procedure")
    if rules["code"] is None:
        raise CommandError("the complaint is not opened yet: its rules are found when it is")
    figures = {each["code"]: each["value"] for each in rules["figures"] if each["value"] is not None}
    procedure = load_procedures().get(rules["code"], rules["version"])
    yield from explain(procedure, figures)
    yield ""
    yield f"The clocks of {reference}"
    for clock in calls.get(f"{here}/clocks")["items"]:
        yield ""
        lines = prove(Proof.from_dict(clock["proof"])).splitlines()
        yield f"  {lines[0]} [{clock['state']}, version {clock['generation']}]"
        yield from (f"    {line}" for line in lines[1:])


def published(org: str | None, role: str, contacts: Sequence[str]) -> Iterator[str]:
    """Tell an organisation's local procedure, as it may be published."""
    calls = calls_as(load_settings(), Wanted(role=role, organisation=org))
    return published_lines(calls, contacts, datetime.now(UTC))


def published_lines(calls: ApiCalls, contacts: Sequence[str], now: datetime) -> Iterator[str]:
    """Yield the local procedure of the caller's organisation in Markdown."""
    organisation = calls.get("/v1/organisation")
    governing = calls.get("/v1/organisation/procedures")
    if governing["governing"] is None:
        raise CommandError(
            f"nothing governs complaints here: {governing['whyNot']}. 'redress procedures adopt' sets it"
        )
    found = governing["governing"]
    figures = {each["code"]: each["value"] for each in found["figures"]}
    procedure = load_procedures().pinned(found["code"], found["version"], figures)
    publisher = Publisher(
        name=organisation["name"],
        nation=Nation(organisation["nation"]),
        contacts=contacts,
        people=list(_people(organisation)),
    )
    return leaflet(procedure, publisher, local_date(now))


def _people(organisation: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for role, title in _ROLES:
        for person in organisation["people"]:
            holds = any(each["role"] == role and each["unitId"] is None for each in person["appointments"])
            if holds and person["active"] and person["name"]:
                yield title, person["name"]
