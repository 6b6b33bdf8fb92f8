"""The page at /docs. It and all it loads come from here: a hospital's browser may reach nothing outside."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

_FILES: Final = "/docs/files"


def install(app: FastAPI) -> None:
    """Serve the page, and the files of Swagger UI that the package `fastapi-swagger` brings."""

    @app.get("/docs", include_in_schema=False)
    async def page() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url=str(app.openapi_url),
            title=app.title,
            swagger_js_url=f"{_FILES}/swagger-ui-bundle.js",
            swagger_css_url=f"{_FILES}/swagger-ui.css",
            swagger_favicon_url=f"{_FILES}/favicon-32x32.png",
            swagger_ui_parameters={"filter": True},
        )

    app.mount(_FILES, StaticFiles(packages=[("fastapi_swagger", "resources")]))
