"""Whatever is said of a complaint, in whatever order, and whenever: the laws hold, under each procedure.

`make test` plays the same few lives every time. For more, and others each time, say how many:

    REDRESS_LIVES=200 REDRESS_STEPS=60 REDRESS_SEED=7 pytest tests/lives/machine

With REDRESS_LIVES set, a life that breaks a law is also made as short as it can be, and told step by step; that can
take minutes, and REDRESS_SHRINK=0 leaves it out.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from runtime.database_roles import DatabaseDsns
from tests.bodies import make_body
from tests.lives.machine.machine import Stage
from tests.lives.machine.rules import machine_on
from tests.lives.serious_life import on_rota
from tests.world import World

LIVES = int(os.environ.get("REDRESS_LIVES", "0"))
STEPS = int(os.environ.get("REDRESS_STEPS", "20"))
SEED = int(os.environ.get("REDRESS_SEED", "1"))
SHRINK = bool(LIVES) and os.environ.get("REDRESS_SHRINK") != "0"
FIGURES = {"acknowledge_days": 2, "early_resolution_days": 5, "closer_look_days": 25, "tier_2_days": 30}
PROCEDURES: dict[str, dict[str, Any]] = {
    "nhs": {"follows": None},
    "scotland": {"follows": None, "regime": "spso", "nation": "scotland"},
    "council": {"follows": None, "regime": "local_government"},
    "department": {"follows": ("uk-central-government", 1), "regime": "central_government", "figures": FIGURES},
}
BESIDE = (0, 4, 10, 16)
# Who is on the rota of seniors: with nobody there, the responsible person is asked.
ROTAS = {"nhs": ("senior_leader", "auditor"), "council": ("auditor", "senior_leader")}
# The first version of the NHS procedure, from which complaints can be moved to the second: in the long plays only.
if LIVES:
    PROCEDURES["first"] = {}


@pytest.mark.parametrize("which", PROCEDURES)
async def test_the_laws_hold_whatever_is_said_and_whenever(which: str, world: World, dsns: DatabaseDsns) -> None:
    # Prompts to staff leave as e-mails in every other of the long plays: each is a workflow more.
    body = make_body(dsns.migrator, email=bool(LIVES) and SEED % 2 == 0, **PROCEDURES[which])
    on_rota(dsns.migrator, body, *ROTAS.get(which, ()))
    here = tuple(make_body(dsns.migrator, email=False) for _ in range(2))
    loop, beside = asyncio.get_running_loop(), BESIDE if LIVES else BESIDE[:2]
    stage = Stage(world=world, body=body, loop=loop, ripe_after=STEPS // 2, here=here, beside=beside)
    machine = machine_on(stage)
    phases = [Phase.generate, Phase.shrink] if SHRINK else [Phase.generate]
    profile = settings(
        max_examples=LIVES or 3,
        stateful_step_count=STEPS,
        derandomize=not LIVES,
        database=None,
        deadline=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, seed(SEED)(machine) if LIVES else machine, settings=profile)
    applied = {kind for kind, what in stage.tally if what == "applied"}
    refused = {kind for kind, what in stage.tally if what != "applied"}
    print(f"\n{which}: {stage.lives} lives, {stage.tally.total()} sayings; {stage.stages}")
    for said in sorted({said for said, _ in stage.tally}):
        print(f"  {said}: { {what: n for (other, what), n in stage.tally.items() if other == said} }")
    assert len(applied) >= 12
    assert len(refused) >= 5
