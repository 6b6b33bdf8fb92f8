"""Writes the JSON Schema of the joint protocol from the very shapes that both sides read and write.

`python -m runtime.joint_schema > docs/joint-protocol.schema.json`; a test holds the two together.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from api.schemas.joint_protocol import JointContribution, JointMessages, JointSaid, JointTaken
from contracts.joint import PROTOCOL
from db.joint_messages import (
    DISCLOSES_NOTHING,
    TO_BODY,
    TO_LEAD,
    ActionPromised,
    BodyTold,
    IssueAnswered,
    IssueTold,
    PersonTold,
)

_ENVELOPES: Final = (JointSaid, JointTaken, JointContribution, JointMessages)
_HEAD: Final = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": f"urn:redress:joint-protocol:{PROTOCOL}",
    "title": "The joint protocol",
    "description": "Made from the code: python -m runtime.joint_schema. The words are in joint-protocol.md.",
}


def schema() -> dict[str, Any]:
    """Return the schemas of every envelope and of every message, by direction and kind."""
    definitions: dict[str, Any] = {}
    for envelope in _ENVELOPES:
        _, found = models_json_schema([(envelope, "serialization")], ref_template="#/$defs/{model}")
        definitions |= found["$defs"]
    return {
        **_HEAD,
        "protocol": PROTOCOL,
        "discloses_nothing": sorted(DISCLOSES_NOTHING),
        "to_body": _kinds(TO_BODY, definitions),
        "to_lead": _kinds(TO_LEAD, definitions),
        "$defs": dict(sorted(definitions.items())),
    }


def parts() -> tuple[type, ...]:
    """Return the shapes that stand inside messages."""
    return (BodyTold, IssueTold, PersonTold, IssueAnswered, ActionPromised)


def text() -> str:
    """Return the schemas as they stand in the file."""
    return json.dumps(schema(), indent=2, ensure_ascii=True) + "\n"


def _kinds(shapes: Mapping[str, type], definitions: dict[str, Any]) -> dict[str, Any]:
    """Return where the schema of each kind stands, and put it there."""
    for shape in shapes.values():
        found = TypeAdapter(shape).json_schema(ref_template="#/$defs/{model}")
        definitions |= found.pop("$defs", {})
        definitions[shape.__name__] = found
    return {kind: {"$ref": f"#/$defs/{shape.__name__}"} for kind, shape in shapes.items()}


if __name__ == "__main__":
    sys.stdout.write(text())
