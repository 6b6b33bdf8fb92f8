"""The list of what is in an evidence pack: as a page for people, and as JSON for programs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from db.models.pack import EvidencePack

_TITLES: Final = {
    "00-case.html": "The complaint: people, what was said, remedies",
    "01-chronology.csv": "Chronology, as a table",
    "01-contacts.csv": "Calls, visits and messages that were noted",
    "02-letters/letters.csv": "Every letter, and what became of it",
    "03-deadlines/deadlines.html": "Deadlines and their proofs",
    "03-deadlines/deadlines.csv": "Deadlines, as a table",
    "03-deadlines/deadlines.json": "Deadlines, as they are stored",
    "04-who-saw-what.csv": "Who was told, given or shown what",
    "05-findings.html": "Issues and findings",
    "05-findings.json": "Issues and findings, as they are stored",
    "06-files/files.csv": "All files of the case",
    "07-evidence-chain.json": "The record that all this is made of",
    "08-candour.html": "Duty of candour: what was told, tried and offered",
    "09-seniors.html": "What senior leaders were asked and decided",
    "10-referral.html": "What was asked, answered, decided and recommended",
    "README.txt": "What this is, and how to check it",
}
_WHY: Final = {
    "content_missing": "its content is missing from the store",
    "content_damaged": "its content is not what was stored",
    "restricted_since": "it was marked as restricted after the pack was assembled",
}
_STYLE: Final = (
    "body{font-family:sans-serif;max-width:60em;margin:2em auto;padding:0 1em;line-height:1.5}"
    "table{border-collapse:collapse}th,td{border:1px solid #767676;padding:.4em;text-align:left;vertical-align:top;"
    "overflow-wrap:anywhere}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What is known of an archive when all its parts are written."""

    content: dict[str, Any]
    pack: EvidencePack
    parts: list[dict[str, Any]]
    missing: list[dict[str, str]]

    def files(self) -> dict[str, str]:
        """Return the index as the files that it consists of."""
        return {"00-index.html": self._page(), "index.json": json.dumps(self._listed(), indent=1, sort_keys=True)}

    def _listed(self) -> dict[str, Any]:
        same = ("format", "reference", "organisation", "number", "purpose", "eventSeq", "eventHead")
        return {name: self.content[name] for name in same} | {
            "packId": str(self.pack.id),
            "assembledAt": self.pack.asked_at.isoformat(),
            "contentSha256": self.pack.content_sha256,
            "includesRestricted": self.pack.include_restricted,
            "parts": [part | {"title": _title(part["path"])} for part in self.parts],
            "missing": self.missing,
        }

    def _page(self) -> str:
        title = escape(f"Evidence pack {self.content['number']} of complaint {self.content['reference']}")
        rows = "".join(_row(part) for part in self.parts)
        return (
            f'<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title>'
            f"<style>{_STYLE}</style></head>\n<body><main><h1>{title}</h1>\n"
            f"<p>{escape(self.content['organisation'])}. True at event {self.content['eventSeq']} of the record.</p>\n"
            '<table><caption>What is in it</caption><thead><tr><th scope="col">Part</th><th scope="col">What</th>'
            f'<th scope="col">Bytes</th><th scope="col">SHA-256</th></tr></thead><tbody>{rows}</tbody></table>\n'
            f"{self._not_there()}</main></body></html>\n"
        )

    def _not_there(self) -> str:
        if not self.missing:
            return "<p>Nothing is missing.</p>\n"
        lines = "".join(f"<li>{escape(each['path'])}: {escape(_reason(each['why']))}</li>" for each in self.missing)
        return f"<h2>What could not be put in, and why</h2><ul>{lines}</ul>\n"


def _row(part: dict[str, Any]) -> str:
    path = escape(part["path"], quote=True)
    return (
        f'<tr><td><a href="{path}">{path}</a></td><td>{_title(part["path"])}</td><td>{part["size"]}</td>'
        f"<td>{part['sha256']}</td></tr>"
    )


def _title(path: str) -> str:
    if path.startswith("01-chronology") and path.endswith(".pdf"):
        return "Chronology"
    return _TITLES.get(path) or ("A letter, as it was sent" if path.startswith("02-") else "A file of the case")


def _reason(why: str) -> str:
    return _WHY.get(why, "it could not be set as a document")
