"""The document of the joint protocol says all that the code speaks, and nothing that it does not."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest
from standardwebhooks import Webhook

from contracts.failures import Refusal
from contracts.joint import PROTOCOL, ContributionState
from contracts.webhooks import JointEvent
from db.joint_messages import DISCLOSES_NOTHING, TO_BODY, TO_LEAD, to_body, to_json, to_lead
from runtime import joint_schema

DOCUMENT: Final = Path("docs/joint-protocol.md").read_text()
KINDS: Final = [*TO_BODY, *TO_LEAD]


def section(kind: str) -> str:
    found = re.search(rf"^### `{kind}`\n(.*?)(?=^##|\Z)", DOCUMENT, flags=re.MULTILINE | re.DOTALL)
    assert found is not None, kind
    return found.group(1)


def test_the_schema_is_that_of_the_code() -> None:
    written = Path("docs/joint-protocol.schema.json").read_text()
    assert written == joint_schema.text(), (
        "write it anew: python -m runtime.joint_schema > docs/joint-protocol.schema.json"
    )


def test_the_document_has_every_kind_in_its_direction_and_no_other() -> None:
    body, _, lead = DOCUMENT.partition("## Messages to the body")[2].partition("## Messages to the lead")
    lead = lead.partition("## Parts of messages")[0]
    assert re.findall(r"^### `(\w+)`", body, flags=re.MULTILINE) == list(TO_BODY)
    assert re.findall(r"^### `(\w+)`", lead, flags=re.MULTILINE) == list(TO_LEAD)


@pytest.mark.parametrize("kind", KINDS)
def test_each_message_has_its_fields_an_example_and_whether_it_tells_of_the_person(kind: str) -> None:
    said, shape = section(kind), (TO_BODY | TO_LEAD)[kind]
    table = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| (yes|) \|", said, flags=re.MULTILINE))
    needed = {each.name: each.default is dataclasses.MISSING for each in dataclasses.fields(shape)}
    assert {name: must == "yes" for name, must in table.items()} == needed
    example = json.loads(said.partition("```json")[2].partition("```")[0])
    read = to_body(kind, example) if kind in TO_BODY else to_lead(kind, example)
    assert {name: value for name, value in to_json(read).items() if name in example}.keys() == example.keys()
    assert ("Tells nothing about the person" in said) is (kind in DISCLOSES_NOTHING)


def test_the_parts_of_messages_have_their_fields_too() -> None:
    parts = DOCUMENT.partition("## Parts of messages")[2]
    named = {each.__name__: each for each in joint_schema.parts()}
    assert set(re.findall(r"^\*\*(.+)\*\*$", parts, flags=re.MULTILINE)) == {
        "Body told", "Issue told", "Person told", "Issue answered", "Action promised"
    }  # fmt: skip
    assert len(named) == 5
    fields = {each.name for shape in named.values() for each in dataclasses.fields(shape)}
    assert set(re.findall(r"^\| `(\w+)` \|", parts, flags=re.MULTILINE)) == fields


def test_states_events_and_the_version_are_those_of_the_code() -> None:
    assert f"# The joint protocol, version {PROTOCOL}" in DOCUMENT
    for each in (*ContributionState, *JointEvent):
        assert f"`{each.value}`" in DOCUMENT, each


def test_every_refusal_that_the_document_tells_of_is_one() -> None:
    table = DOCUMENT.partition("### Refusals")[2].partition("\n## ")[0]
    named = [code for row in re.findall(r"^\| (`[^|]+`) \|", table, flags=re.MULTILINE) for code in row.split(", ")]
    codes = {each.strip("`") for each in named if each != "`code`"}
    assert len(codes) > 15 and codes <= {each.value for each in Refusal}


def test_the_vector_of_a_webhook_is_right() -> None:
    secret = re.search(r"`(whsec_[^`]+)`", DOCUMENT)
    event = re.search(r"^(\{\"data\".*\})$", DOCUMENT, flags=re.MULTILINE)
    headers = re.search(r"`webhook-id: ([^`]+)`, `webhook-timestamp: (\d+)`, the signature is `([^`]+)`", DOCUMENT)
    assert secret and event and headers
    identifier, at, signature = headers.groups()
    signed = Webhook(secret.group(1)).sign(identifier, datetime.fromtimestamp(int(at), UTC), event.group(1))
    assert signed == signature
    data = json.loads(event.group(1))["data"]
    assert set(data) == {"at", "contributionId", "credential", "messageId", "seq", "kind"}
    UUID(data["contributionId"])
