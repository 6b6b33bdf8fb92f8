"""Tokens: what a caller is comes from a valid token only, and whatever is wrong with one is 401."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from api.app import IssuerMissing, create_app
from api.dev_issuer import KEY_FILE, DevIssuer, NotInDevelopment, mint
from api.identity import InvalidToken, KeysAway, Verifier
from api.jwks import FetchedKeys
from runtime.settings import Settings
from tests.api.fakes import FixedClock
from tests.api.people import ACORN, Tokens, a_complaint

Claims = dict[str, Any]


def claims_of(settings: Settings, clock: FixedClock, **changes: Any) -> Claims:
    now = int(clock.now().timestamp())
    claims: Claims = {
        "iss": settings.jwt_issuer,
        "aud": settings.jwt_audience,
        "sub": "handler",
        "org": str(ACORN.id),
        "roles": ["handler"],
        "exp": now + 60,
    }
    return {name: value for name, value in (claims | changes).items() if value is not None}


def signed(settings: Settings, claims: Claims, **header: Any) -> str:
    key = ECKey.import_key(json.loads((settings.state_dir / KEY_FILE).read_text()))
    return jwt.encode({"alg": "ES256", "kid": key.thumbprint()} | header, claims, key)


WRONG: dict[str, Callable[[int], Claims]] = {
    "another issuer": lambda now: {"iss": "somebody-else"},
    "no issuer": lambda now: {"iss": None},
    "another audience": lambda now: {"aud": "another-service"},
    "no audience": lambda now: {"aud": None},
    "expired beyond the leeway": lambda now: {"exp": now - 31},
    "no expiry": lambda now: {"exp": None},
    "not valid yet": lambda now: {"nbf": now + 31},
    "issued in the future": lambda now: {"iat": now + 31},
    "no subject": lambda now: {"sub": None},
    "a subject with a NUL": lambda now: {"sub": "a\x00b"},
    "a subject that is a number": lambda now: {"sub": 7},
    "no organisation": lambda now: {"org": None},
    "an organisation that is no id": lambda now: {"org": "ACORN"},
    "no roles": lambda now: {"roles": None},
    "roles that are a word": lambda now: {"roles": "handler"},
}


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG)
async def test_a_token_with_a_wrong_claim_is_refused(
    client: httpx2.AsyncClient,
    settings: Settings,
    clock: FixedClock,
    changes: Callable[[int], Claims],
) -> None:
    claims = claims_of(settings, clock, **changes(int(clock.now().timestamp())))
    headers = {"Authorization": f"Bearer {signed(settings, claims)}"}
    answer = await client.get("/v1/organisation", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_token_signed_in_another_way_is_refused(
    client: httpx2.AsyncClient, settings: Settings, clock: FixedClock
) -> None:
    claims = claims_of(settings, clock)
    public = json.dumps(DevIssuer(settings).public_keys().as_dict(private=False)["keys"][0])
    kid = json.loads(public)["kid"]
    unsigned = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "none", "kid": kid}, claims)
    )
    tokens = {
        "none": f"{unsigned}.",
        "HS256 with the public key": jwt.encode({"alg": "HS256", "kid": kid}, claims, OctKey.import_key(public)),
        "a stranger's key": jwt.encode({"alg": "ES256", "kid": kid}, claims, ECKey.generate_key("P-256")),
        "a stranger's RSA key": jwt.encode({"alg": "RS256", "kid": kid}, claims, RSAKey.generate_key(2048)),
        "an unknown key id": signed(settings, claims, kid="other"),
        "a changed signature": signed(settings, claims)[:-8] + "AAAAAAAA",
        "nothing like a token": "x",
        "far too long": "x" * 10_000,
    }
    for name, token in tokens.items():
        answer = await client.get("/v1/organisation", headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), name
    good = {"Authorization": f"Bearer {signed(settings, claims)}"}
    assert (await client.get("/v1/organisation", headers=good)).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer"}])
async def test_no_token_is_refused(client: httpx2.AsyncClient, headers: dict[str, str]) -> None:
    more = headers | {"Idempotency-Key": "k"}
    for answer in (
        await client.get("/v1/complaints", headers=headers),
        await client.post("/v1/complaints", json=a_complaint(), headers=more),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


async def test_an_organisation_that_is_not_known_is_refused(client: httpx2.AsyncClient, tokens: Tokens) -> None:
    headers = tokens.headers("handler", organisation=ACORN.person("handler"))
    answer = await client.get("/v1/complaints", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "unknown_organisation")


async def test_somebody_who_has_left_is_refused(client: httpx2.AsyncClient, tokens: Tokens) -> None:
    headers = tokens.headers("handler", subject="leaver")
    answer = await client.get("/v1/complaints", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "person_inactive")


def test_the_development_issuer_refuses_to_exist_outside_development(settings: Settings) -> None:
    production = settings.model_copy(update={"environment": "production"})
    with pytest.raises(NotInDevelopment):
        DevIssuer(production)
    with pytest.raises(NotInDevelopment):
        mint(production, ACORN.id, "handler", ["handler"], timedelta(hours=1))
    with pytest.raises(IssuerMissing):
        create_app(production)


def test_production_publishes_no_keys_of_its_own(settings: Settings, tmp_path: Path) -> None:
    elsewhere = {"environment": "production", "jwt_jwks_url": "http://issuer.test/jwks"}
    production = create_app(settings.model_copy(update=elsewhere))
    assert not [route for route in production.routes if getattr(route, "path", "").startswith("/dev")]
    assert not (tmp_path / KEY_FILE).exists()


def test_the_key_of_the_development_issuer_is_for_nobody_elses_eyes(settings: Settings) -> None:
    DevIssuer(settings)
    assert (settings.state_dir / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert "d" not in DevIssuer(settings).public_keys().as_dict(private=False)["keys"][0]
    assert [path.name for path in settings.state_dir.iterdir()] == [KEY_FILE]


class Issuer:
    """An issuer elsewhere, which rotates its key and may be away."""

    def __init__(self) -> None:
        self.away = False
        self.asked = 0
        self.rotate()

    def rotate(self) -> None:
        key = RSAKey.generate_key(2048)
        self.key = RSAKey.import_key(key.as_dict(private=True) | {"kid": key.thumbprint()})

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked += 1
        if self.away:
            return httpx2.Response(502)
        return httpx2.Response(200, json=KeySet([self.key]).as_dict(private=False))

    def sign(self, claims: Claims) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.thumbprint()}, claims, self.key)


async def test_keys_are_fetched_once_and_again_for_a_new_key_but_not_at_every_attempt(
    settings: Settings, clock: FixedClock
) -> None:
    issuer = Issuer()
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(issuer.answer)) as client:
        keys = FetchedKeys("http://issuer.test/jwks", client, clock)
        verifier = Verifier(keys=keys, clock=clock, issuer=settings.jwt_issuer, audience=settings.jwt_audience)
        for _ in range(3):
            await verifier.verify(issuer.sign(claims_of(settings, clock)))
        assert issuer.asked == 1

        issuer.rotate()
        with pytest.raises(InvalidToken):
            await verifier.verify(issuer.sign(claims_of(settings, clock)))
        clock.instant += timedelta(seconds=30)
        await verifier.verify(issuer.sign(claims_of(settings, clock)))
        assert issuer.asked == 2

        issuer.away = True
        clock.instant += timedelta(hours=2)
        await verifier.verify(issuer.sign(claims_of(settings, clock)))
        assert issuer.asked == 3


async def test_while_no_key_is_known_it_is_not_said_that_a_token_is_bad(settings: Settings, clock: FixedClock) -> None:
    issuer = Issuer()
    issuer.away = True
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(issuer.answer)) as client:
        keys = FetchedKeys("http://issuer.test/jwks", client, clock)
        verifier = Verifier(keys=keys, clock=clock, issuer=settings.jwt_issuer, audience=settings.jwt_audience)
        with pytest.raises(KeysAway):
            await verifier.verify(issuer.sign(claims_of(settings, clock)))
