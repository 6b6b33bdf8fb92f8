"""What is shown stays what it was, to the byte. Look at what changed before `python -m tests.reports.golden`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from reports.document import canonical, read
from tests.reports import sample
from tests.reports.golden import FOLDER, showings


@pytest.mark.parametrize("name", sorted(showings()))
def test_a_showing_is_what_it_was(name: str) -> None:
    assert showings()[name] == (FOLDER / name).read_bytes()


def test_nothing_is_kept_that_is_no_longer_shown() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(showings())


def test_a_document_that_was_stored_and_read_again_is_the_same_document() -> None:
    assert read(canonical(sample.board_since())) == sample.board_since()


def test_another_process_in_another_place_shows_the_same() -> None:
    code = (
        "import hashlib; from tests.reports.golden import showings\n"
        "print(hashlib.sha256(b''.join(showings()[name] for name in sorted(showings()))).hexdigest())"
    )
    elsewhere = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONUTF8": "0"}
    seen = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=Path(__file__).parents[2], env=env, capture_output=True, check=True
        ).stdout
        for env in ({"PYTHONHASHSEED": "1"}, elsewhere)
    }
    assert len(seen) == 1
