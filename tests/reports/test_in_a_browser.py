"""A report's page as a browser lays it out: nothing leaves it, and where there is room no word of a table is broken.

Skipped where there is no Chromium. With `REDRESS_AXE` naming an `axe.min.js` the page is examined by axe-core, too.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from html import escape, unescape
from pathlib import Path
from typing import Any, Final

import pytest

from reports import html
from reports.document import Document, Unit
from tests.reports import sample

_BROWSER: Final = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_WIDTHS: Final = (320, 600, 760, 900, 1280)
_ROOM: Final = 900
# Of each word in a table of figures: does it stand on one line? And does the page need to be pushed sideways?
_LOOK: Final = """
const broken = (page) => {
  const found = [];
  for (const cell of page.querySelectorAll(".table th, .table td")) {
    const walk = page.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode())
      for (const word of node.data.matchAll(/\\S+/g)) {
        const range = page.createRange();
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        const tops = new Set([...range.getClientRects()].map((each) => Math.round(each.top)));
        if (word[0].length < 16 && tops.size > 1) found.push(word[0]);
      }
  }
  return found;
};
addEventListener("load", async () => {
  const said = {};
  for (const frame of document.querySelectorAll("iframe")) {
    const page = frame.contentDocument;
    said[frame.width] = { wide: page.documentElement.scrollWidth, broken: broken(page), faults: [] };
    if (window.AXE) {
      const script = page.createElement("script");
      script.textContent = window.AXE;
      page.head.append(script);
      const run = await frame.contentWindow.axe.run(page);
      said[frame.width].faults = run.violations.map((each) => each.id + ": " + each.help);
    }
  }
  document.body.innerHTML = "<pre id=said></pre>";
  document.getElementById("said").textContent = JSON.stringify(said);
});
"""

pytestmark = pytest.mark.skipif(_BROWSER is None, reason="there is no Chromium here")


def looked_at(document: Document, folder: Path) -> dict[str, Any]:
    """Return what a browser says of the page of a document, by width."""
    page = escape(html.page(document, link=lambda code: f"/figures/{code}", draft=True), quote=True)
    frames = "".join(f'<iframe width="{each}" height="900" srcdoc="{page}"></iframe>' for each in _WIDTHS)
    axe = os.environ.get("REDRESS_AXE")
    # Within a script nothing may look like its end.
    given = json.dumps(Path(axe).read_text(encoding="utf-8")).replace("</", "<\\/") if axe else "null"
    file = folder / "frames.html"
    file.write_text(
        f"<!doctype html><meta charset=utf-8><script>window.AXE = {given};{_LOOK}</script><body>{frames}",
        encoding="utf-8",
    )
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=30000", "--dump-dom"]
    shown = subprocess.run(
        [str(_BROWSER), *flags, f"--user-data-dir={folder / 'profile'}", file.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    ).stdout  # fmt: skip
    said = re.search(r'<pre id="said">([^<]*)', shown)
    assert said is not None, shown[-500:]
    found: dict[str, Any] = json.loads(unescape(said[1]))
    return found


def _small_numbers_beside_long_words() -> Document:
    """Return a report whose columns of numbers are squeezed by what stands before them."""
    words = (
        "NHS Complaint Standards, just and learning culture, 3.8: number of cases currently being looked at in detail"
    )
    board = sample.board()
    sections = (
        replace(
            section,
            figures=tuple(
                replace(each, value=0, unit=Unit.COUNT, of=None, since=None, suppressed=False, note=words)
                for each in section.figures
            ),
        )
        for section in board.sections
    )
    return replace(board, sections=tuple(sections))


def test_nothing_leaves_the_page_and_where_there_is_room_no_word_of_a_table_is_broken(tmp_path: Path) -> None:
    found = looked_at(_small_numbers_beside_long_words(), tmp_path)
    assert sorted(map(int, found)) == list(_WIDTHS)
    for width, said in found.items():
        assert said["wide"] <= int(width)
        assert said["faults"] == [], width
    assert {width: said["broken"] for width, said in found.items() if int(width) >= _ROOM} == {"900": [], "1280": []}


def test_a_name_without_an_end_does_not_push_the_page_sideways(tmp_path: Path) -> None:
    document = replace(sample.board(), organisation="W" * 300)
    found = looked_at(document, tmp_path)
    assert len(found) == len(_WIDTHS)
    assert all(said["wide"] <= int(width) for width, said in found.items())
