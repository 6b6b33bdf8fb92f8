"""How the tests run beside each other, `pytest -n 2`: whole files, the long ones first, so that all processes end
together. Without xdist nothing here changes the order.
"""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from _pytest.nodeid import coerce_node_id

# The longest first; what is not named comes after them, in its own order.
LONG: Final = (
    "tests/faults/",
    "tests/lives/test_moving_in.py",
    "tests/lives/machine/",
    "tests/lives/test_canary.py",
    "tests/lives/test_a_year.py",
    "tests/lives/test_everyone_informed.py",
    "tests/lives/test_misfortunes.py",
    "tests/lives/test_three_bodies.py",
    "tests/lives/",
    "tests/e2e/",
    "tests/workflows/",
    "tests/api/test_schemathesis.py",
    "tests/api/test_incoming_mail.py",
    "tests/api/",
)
# What shares something costly, or would take another's ports, is run by one process.
TOGETHER: Final = (
    ("tests/faults/",),  # one stack, whose processes are killed
    (
        *("tests/lives/test_canary.py", "tests/lives/test_whose_letters.py", "tests/lives/test_words_over_http.py"),
        "tests/lives/test_canary_reports.py",
    ),
    ("tests/runtime/test_embedded_",),  # servers at their customary ports
)
AN_ID: Final = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a case that was made with a random id by something that is the same in every process."""
    return AN_ID.sub("id", val) if isinstance(val, str) and AN_ID.search(val) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the long files first, where others run beside them; let no two tests have one address.

    Schemathesis tells its tests apart by name alone. By address they would be one, and xdist would run one of them.
    """
    for item in items:
        if not item.nodeid.endswith(item.name):
            item._id = coerce_node_id(f"{item.nodeid.rpartition('::')[0]}::{item.name}")
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: rank(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object | None:
    """Hand out whole files, in the order in which they were collected."""
    if config.getoption("dist") == "each":
        return None
    from xdist.scheduler import LoadFileScheduling

    class WholeFiles(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return unit_of(nodeid)

    config.option.loadscopereorder = False  # how many tests a file has says little about how long they take
    return WholeFiles(config, log)


def rank(nodeid: str) -> int:
    """Return the place of a test among those that are begun first."""
    return next((place for place, path in enumerate(LONG) if nodeid.startswith(path)), len(LONG))


def unit_of(nodeid: str) -> str:
    """Return what a test is handed out with: its file, or the first of the files that belong together."""
    together = next((files for files in TOGETHER if nodeid.startswith(files)), None)
    return together[0] if together else nodeid.partition("::")[0]
