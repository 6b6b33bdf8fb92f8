"""Verification looks at every copy of a letter and names the damaged, and those of other words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from runtime.database_roles import DatabaseDsns
from runtime.postgres import PostgresAddress
from runtime.verifying_copies import CopiesReport, verify_copies
from tests.apart import MORNING, Apart, a_database_apart
from tests.bodies import Body

PDF = b"%PDF-1.7 a letter"


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
async def apart(postgres: PostgresAddress, dsns: DatabaseDsns) -> AsyncIterator[Apart]:
    async with a_database_apart(postgres, dsns) as opened:
        yield opened


class Copies:
    """Copies of the letters of one complaint."""

    def __init__(self, apart: Apart, body: Body, complaint: UUID) -> None:
        self._apart, self._body, self._complaint, self._seq = apart, body, complaint, 1000

    def put(
        self, *, content: bytes = PDF, size: int = len(PDF), made_of: str = "About\nWords", released: str | None = None
    ) -> UUID:
        """Write a notice of the words `About\\nWords`, its copy, and the event of a release of other words."""
        notice = uuid4()
        own = (self._body.id, self._complaint)
        self._apart.rows(
            "insert into notice (id, organisation_id, complaint_id, template, template_version, audience, channel,"
            " legal_ground, state, subject, body, act_id, drafted_at, journalled) values"
            " (%s, %s, %s, 'update', 1, 'complainant', 'letter', '-', 'released', 'About', 'Words', %s, %s, true)",
            notice, *own, uuid4(), MORNING,
        )  # fmt: skip
        self._apart.rows(
            "insert into letter_copy (notice_id, organisation_id, complaint_id, template, template_version,"
            " words_sha256, sheet, program, sha256, size, content, made_at) values"
            " (%s, %s, %s, 'update', 1, %s, 1, 'typst-0.15.2', %s, %s, %s, %s)",
            notice, *own, sha(made_of.encode()), sha(PDF), size, content, MORNING,
        )  # fmt: skip
        if released is not None:
            self._release(notice, released)
        return notice

    def _release(self, notice: UUID, words: str) -> None:
        self._seq += 1
        data = json.dumps({"notice_id": str(notice), "sha256": sha(words.encode()), "template": "update"})
        self._apart.rows(
            "insert into case_event (complaint_id, seq, organisation_id, kind, at_us, act_id, role, data, prev_hash,"
            " hash) values (%s, %s, %s, 'notice.released', 0, %s, 'handler', %s, '', %s)",
            self._complaint, self._seq, self._body.id, uuid4(), data, sha(data.encode()),
        )  # fmt: skip

    async def verified(self) -> CopiesReport:
        return await verify_copies(self._apart.database, self._apart.sweeper, MORNING)


@pytest.fixture
async def copies(apart: Apart) -> Copies:
    body = apart.body()
    return Copies(apart, body, await apart.log(body))


async def test_copies_that_are_as_kept_are_sound(copies: Copies) -> None:
    copies.put()
    copies.put(made_of="Other\nWords", released="Other\nWords")  # as released; nobody looks at the notice then
    report = await copies.verified()
    assert (report.copies, report.size, report.findings) == (2, 2 * len(PDF), [])


async def test_every_copy_that_is_not_as_kept_is_named_with_its_complaint(copies: Copies) -> None:
    sound = copies.put(released="About\nWords")
    damaged = copies.put(content=b"%PDF-1.7 a lettre")
    cut = copies.put(content=PDF[:-1])
    miscounted = copies.put(size=3)
    of_other_words = copies.put(made_of="Other\nWords")
    not_as_released = copies.put(made_of="About\nWords", released="Other\nWords")
    findings = (await copies.verified()).findings
    altered, other = "its content is not what was kept", "it is of other words than were released"
    assert {finding.what for finding in findings} == {
        *(f"the copy of notice {each}: {altered}" for each in (damaged, cut, miscounted)),
        *(f"the copy of notice {each}: {other}" for each in (of_other_words, not_as_released)),
    }
    assert str(sound) not in str(findings)
    assert all(finding.reference for finding in findings)
