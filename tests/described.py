"""The OpenAPI document, made once for a whole run: it is the same for every application and takes seconds to make."""

from __future__ import annotations

from functools import cache
from typing import Any

from api.app import create_app
from runtime.settings import Settings


@cache
def described() -> dict[str, Any]:
    """Return the document. It needs no database and no key; nobody may change it."""
    elsewhere = Settings(environment="production", jwt_jwks_url="http://issuer.test/jwks")
    return create_app(elsewhere).openapi()
