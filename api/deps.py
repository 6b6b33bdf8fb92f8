"""What routes ask for, as annotated aliases."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Header, Path, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.caller import Caller, caller
from api.identity import InvalidToken, KeysAway
from api.parts import Parts
from api.permissions import Permission
from api.problems import Problem
from db.queries.people_reads import standing
from db.references import normalise

_bearer = HTTPBearer(
    scheme_name="token",
    bearerFormat="JWT",
    auto_error=False,
    description="A token with `iss`, `aud`, `exp`, `sub`, the organisation's id in `org` and a list `roles`.",
)


def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


PartsDep = Annotated[Parts, Depends(_parts)]
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


async def _caller(parts: PartsDep, credentials: Credentials) -> Caller:
    if credentials is None:
        raise Problem("unauthenticated")
    try:
        claims = await parts.verifier.verify(credentials.credentials)
    except InvalidToken:
        raise Problem("unauthenticated") from None
    except KeysAway:
        raise Problem("identity_unavailable") from None
    async with parts.database.tenant(claims.organisation_id, parts.clock.now()) as session:
        return caller(claims, await standing(session, claims.organisation_id, claims.subject))


AnyCaller = Annotated[Caller, Depends(_caller)]


def _holding(permission: Permission) -> Callable[[Caller], Awaitable[Caller]]:
    async def check(who: AnyCaller) -> Caller:
        who.acting_as(permission)
        return who

    return check


Reader = Annotated[Caller, Depends(_holding(Permission.READ))]
WordsReader = Annotated[Caller, Depends(_holding(Permission.READ_WORDS))]
Logger = Annotated[Caller, Depends(_holding(Permission.LOG))]
Driver = Annotated[Caller, Depends(_holding(Permission.DRIVE))]
Writer = Annotated[Caller, Depends(_holding(Permission.WRITE))]
Worker = Annotated[Caller, Depends(_holding(Permission.WORK))]
Releaser = Annotated[Caller, Depends(_holding(Permission.RELEASE))]
Drafter = Annotated[Caller, Depends(_holding(Permission.DRAFT))]
Signer = Annotated[Caller, Depends(_holding(Permission.SIGN))]
Holder = Annotated[Caller, Depends(_holding(Permission.HOLD))]
Taker = Annotated[Caller, Depends(_holding(Permission.TAKE_IN_HAND))]
Approver = Annotated[Caller, Depends(_holding(Permission.APPROVE))]
Examiner = Annotated[Caller, Depends(_holding(Permission.INVESTIGATE))]
Senior = Annotated[Caller, Depends(_holding(Permission.DECIDE))]
Subscriber = Annotated[Caller, Depends(_holding(Permission.SUBSCRIBE))]
OwnPart = Annotated[Caller, Depends(_holding(Permission.OWN_PART))]
Operator = Annotated[Caller, Depends(_holding(Permission.OPERATE))]
Proposer = Annotated[Caller, Depends(_holding(Permission.PROPOSE_CALENDAR))]
Decider = Annotated[Caller, Depends(_holding(Permission.DECIDE_CALENDAR))]
Appointer = Annotated[Caller, Depends(_holding(Permission.APPOINT))]
Importer = Annotated[Caller, Depends(_holding(Permission.IMPORT))]
Exporter = Annotated[Caller, Depends(_holding(Permission.EXPORT))]
OfficeReader = Annotated[Caller, Depends(_holding(Permission.SEE_OFFICE))]
AttentionReader = Annotated[Caller, Depends(_holding(Permission.SEE_ATTENTION))]
DigestReader = Annotated[Caller, Depends(_holding(Permission.SEE_DIGEST))]
ReportReader = Annotated[Caller, Depends(_holding(Permission.SEE_REPORTS))]
Compiler = Annotated[Caller, Depends(_holding(Permission.COMPILE))]
Governor = Annotated[Caller, Depends(_holding(Permission.GOVERN))]

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,128}$",
        description="1 to 128 visible ASCII characters, new for each new request. The same key with the"
        " same body gets the first answer again; with another body it is refused.",
        examples=["0192f0c1-6d1e-7cc3-9d0f-3b1f0f9a1c11"],
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        pattern=r'^"[0-9]{1,9}"$',
        description="The complaint's version from an ETag: refused with 412 if it has changed since.",
        examples=['"3"'],
    ),
]


def _reference(
    reference: Annotated[
        str,
        Path(
            description="The complaint's reference. Lower case, and I, L, O for 1, 1, 0, are understood.",
            examples=["RX1-7K3M9QWD-C"],
            max_length=64,
        ),
    ],
) -> str:
    """Return a reference as it is stored. One that cannot be a reference names nothing."""
    stored = normalise(reference)
    if stored is None:
        raise Problem("not_found")
    return stored


Reference = Annotated[str, Depends(_reference)]
Limit = Annotated[int, Query(ge=1, le=100, description="How many at most.")]
Cursor = Annotated[str | None, Query(max_length=400, description="`next` of the page before; opaque.")]
