"""Two organisations in which everything was said that has words, and every line that was logged meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from db.references import BITS, make
from runtime.database_roles import DatabaseDsns
from tests.bodies import Body, make_body, plain
from tests.gateways.notify_stub import NotifyStub
from tests.lives.canary_first_lives import a_failing_notice, a_first_life, a_moved_complaint, an_import
from tests.lives.canary_joint_life import coordinated
from tests.lives.canary_learning_life import what_was_learned
from tests.lives.canary_lives import LIVES
from tests.lives.canary_office import set_words, text_by_notify, told_by_text
from tests.lives.canary_part_life import led_elsewhere
from tests.lives.canary_passing_on import never_answered, passed_on
from tests.lives.canary_serious_life import a_digest, a_serious_life, on_rota
from tests.lives.markers import MARKER
from tests.lives.planted import Migrator, Planted, found_in
from tests.lives.subscribed import all_sent, subscribe, subscribe_to_some
from tests.receiver import Arrived, a_receiver
from tests.world import MORNING, World


@dataclass(frozen=True, slots=True)
class Lived:
    """What was lived under the first version of the procedure and under the present one; every line logged of it.

    Beside that, the webhooks that arrived, and what Notify was given.
    """

    first: Planted
    present: Planted
    log: Lines
    webhooks: list[Arrived]
    given_to_notify: list[dict[str, Any]]

    @property
    def both(self) -> tuple[Planted, Planted]:
        return self.first, self.present


class Lines(logging.Handler):
    """Every line that anything logs, tracebacks with it, before any redactor has seen it."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += logging.Formatter("%(name)s %(message)s").format(record).splitlines()

    def marked(self) -> list[str]:
        return [line for line in self.lines if found_in(line.encode())]


@contextmanager
def lines() -> Iterator[Lines]:
    root, kept = logging.getLogger(), Lines()
    before = root.level
    root.addHandler(kept)
    root.setLevel(logging.INFO)
    try:
        yield kept
    finally:
        root.removeHandler(kept)
        root.setLevel(before)


def with_marked_people(made: Body, migrator: Migrator) -> Body:
    migrator.execute(
        "update person set name = %s || name, email = %s || email where organisation_id = %s",
        (f"{MARKER} ", MARKER, made.id),
    )
    return made


async def live(living: World, dsns: DatabaseDsns, notify: NotifyStub) -> Lived:
    """Say everything that has words, in two organisations."""
    living.clock.time = MORNING
    with psycopg.connect(plain(dsns.migrator), autocommit=True) as migrator, lines() as kept:
        first = Planted(living, with_marked_people(make_body(dsns.migrator), migrator))
        present = Planted(living, with_marked_people(make_body(dsns.migrator, follows=None), migrator))
        for planted in (first, present):
            subscribe(planted, migrator)
            set_words(planted, migrator)
            on_rota(planted, migrator)
        text_by_notify(present, migrator)
        notify.script.append("lost")
        async with a_receiver() as receiver:
            subscription = subscribe_to_some(present, migrator, receiver)
            lives = (*LIVES, never_answered, passed_on)
            await asyncio.gather(told_by_text(present), *(life(present) for life in lives))
            await asyncio.gather(
                coordinated(present, first, migrator, receiver), led_elsewhere(first, present), a_serious_life(present)
            )
            for each in (subscription, *present.partners):
                await all_sent(present, each)
        await asyncio.gather(a_failing_notice(first), a_moved_complaint(first), an_import(first))
        await a_first_life(first, migrator)
        await a_digest(present)
        await what_was_learned(present)
        for planted in (first, present):
            _give_references(planted, migrator)
    return Lived(first, present, kept, receiver.arrived, list(notify.taken))


def _give_references(planted: Planted, migrator: Migrator) -> None:
    """Give the complaints references as the door makes them, so that they can be asked for."""
    for complaint in planted.complaints:
        reference = make(planted.body.code, complaint.int >> (128 - BITS))
        migrator.execute("update complaint set reference = %s where id = %s", (reference, complaint))
