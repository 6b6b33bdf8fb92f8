"""The cast of the demonstration: two invented organisations and the people who work there."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

# Made from names, so that every run finds the rows of the first.
_DEMONSTRATION: Final = UUID("3f0d5b9a-5a52-5c1d-9b8e-6d1f2c7a4e10")
TEAM: Final = "complaints"  # one team each; a larger body has more
IN_TEAM: Final = ("team_lead", "member")  # the roles that are held in it


@dataclass(frozen=True, slots=True, kw_only=True)
class CastMember:
    """Somebody who works on complaints, and the appointments that they hold."""

    subject: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CastOrganisation:
    """An NHS body. Its code and prefix are in nobody's register."""

    code: str
    name: str
    prefix: str
    domain: str
    people: tuple[CastMember, ...]

    @property
    def id(self) -> UUID:
        """Return the same id in every run."""
        return uuid5(_DEMONSTRATION, self.code)

    def person_id(self, member: CastMember) -> UUID:
        """Return the same id in every run."""
        return uuid5(self.id, member.subject)

    def appointment_id(self, member: CastMember, role: str) -> UUID:
        """Return the same id in every run."""
        return uuid5(self.person_id(member), role)

    @property
    def team_id(self) -> UUID:
        """Return the id of the one team, the same in every run."""
        return uuid5(self.id, f"team {TEAM}")

    def email(self, member: CastMember) -> str:
        """Return an address under a domain that is reserved for examples."""
        return f"{member.subject}@{self.domain}"


def _member(subject: str, name: str, *roles: str) -> CastMember:
    return CastMember(subject=subject, name=name, roles=roles)


MARLOW_VALE: Final = CastOrganisation(
    code="DEMO-MV",
    name="Marlow Vale NHS Foundation Trust",
    prefix="MV",
    domain="marlow-vale.example.org",
    people=(
        _member("ngozi.adeyemi", "Ngozi Adeyemi", "complaints_manager"),
        _member("ruth.castlemaine", "Ruth Castlemaine", "responsible_person"),
        _member("owen.pritchett", "Owen Pritchett", "handler", "member"),
        _member("farah.siddiqi", "Farah Siddiqi", "handler", "deputy_complaints_manager", "team_lead"),
        _member("leo.marchetti", "Leo Marchetti", "investigator", "member"),
        # The procedure lets an authorised person sign; a token says senior leader.
        _member("hannah.voss", "Hannah Voss", "authorised_signatory", "senior_leader", "delegate"),
        _member("ed.thornbury", "Ed Thornbury", "operator"),
        _member("mei.lindgren", "Mei Lindgren", "auditor"),
    ),
)
TARN_AND_FELL: Final = CastOrganisation(
    code="DEMO-TF",
    name="Tarn and Fell Community NHS Trust",
    prefix="TF",
    domain="tarn-and-fell.example.org",
    people=(
        _member("callum.brathay", "Callum Brathay", "complaints_manager"),
        _member("sunita.rao", "Sunita Rao", "responsible_person"),
        _member("dylan.keswick", "Dylan Keswick", "handler", "deputy_complaints_manager", "team_lead"),
        _member("aoife.garrick", "Aoife Garrick", "investigator", "member"),
        _member("martin.eskdale", "Martin Eskdale", "authorised_signatory", "senior_leader", "delegate"),
        _member("zofia.wren", "Zofia Wren", "operator"),
        _member("paul.ullock", "Paul Ullock", "auditor"),
    ),
)
ORGANISATIONS: Final = (MARLOW_VALE, TARN_AND_FELL)
