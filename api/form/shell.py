"""What every page for people without an account stands in: no script, nothing from outside, a style of its own."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import Final

from fastapi.responses import HTMLResponse

from api.form.elements import escaped

_STYLE: Final = files("api.form").joinpath("style.css").read_text(encoding="utf-8")
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS: Final = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Robots-Tag": "noindex",
}


def page(heading: str, title: str, body: list[str], status: int) -> HTMLResponse:
    """Return a page. `body` is HTML; the heading and the title are text."""
    content = "\n".join(each for each in body if each)
    html = (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escaped(title)} – {escaped(heading)}</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<style>{_STYLE}</style>\n</head>\n<body>\n<a class="skip" href="#main">Skip to main content</a>\n'
        f'<header><p>{escaped(heading)}</p></header>\n<main id="main">\n{content}\n</main>\n</body>\n</html>\n'
    )
    return HTMLResponse(html, status_code=status, headers=_HEADERS)
