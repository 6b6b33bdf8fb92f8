"""The out-tray: a letter lies in it once, and is among the posted or gone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateways.mail import MailUnavailable
from gateways.out_tray import POSTED, FolderOutTray


async def test_a_letter_is_laid_out_once_and_then_among_the_posted(tmp_path: Path) -> None:
    tray = FolderOutTray(tmp_path)
    await tray.lay_out("RX1", "a.pdf", b"one")
    await tray.lay_out("RX1", "a.pdf", b"two")
    assert (tmp_path / "RX1" / "a.pdf").read_bytes() == b"one"
    for _ in range(2):
        await tray.take_out("RX1", "a.pdf", posted=True)
    await tray.lay_out("RX1", "a.pdf", b"three")
    assert [path.name for path in (tmp_path / "RX1").iterdir()] == [POSTED]
    assert (tmp_path / "RX1" / POSTED / "a.pdf").read_bytes() == b"one"


async def test_one_that_may_not_leave_is_taken_away(tmp_path: Path) -> None:
    tray = FolderOutTray(tmp_path)
    await tray.lay_out("RX1", "a.pdf", b"one")
    for _ in range(2):
        await tray.take_out("RX1", "a.pdf", posted=False)
    assert list((tmp_path / "RX1").iterdir()) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "..", ".hidden", "a/b", ""])
async def test_no_name_leaves_its_folder(tmp_path: Path, name: str) -> None:
    tray = FolderOutTray(tmp_path / "tray")
    await tray.lay_out(name, name, b"one")
    found = [Path(place) / file for place, _, files in os.walk(tmp_path) for file in files]
    assert len(found) == 1 and found[0].parent.parent == tmp_path / "tray"


async def test_a_tray_that_is_away_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "RX1").write_text("not a folder")
    with pytest.raises(MailUnavailable):
        await FolderOutTray(tmp_path).lay_out("RX1", "a.pdf", b"one")
