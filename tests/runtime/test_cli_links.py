"""The lists that operators look at: the same in the command and in the documentation, and never out of date."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from temporalio.client import Client

from contracts.names import SEARCH_ATTRIBUTES
from runtime.commands import views
from runtime.commands.views import VIEWS, View
from runtime.places import checkout

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
ADDRESS = "http://127.0.0.1:8233"


def test_a_link_opens_the_list_with_the_filter_as_it_is_written() -> None:
    for view, link in views.links(ADDRESS, "default", NOW):
        parts = urlsplit(link)
        assert parts.path == "/namespaces/default/workflows"
        assert parse_qs(parts.query) == {"query": [view.at(NOW)]}


def test_what_is_stuck_is_what_should_have_happened_five_minutes_ago() -> None:
    stuck = next(view for view in VIEWS if view.title.startswith("stuck"))
    assert stuck.at(NOW) == "ExecutionStatus = 'Running' AND RedressNextDueAt < '2026-11-22T14:25:00Z'"


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.title)
def test_the_page_for_operators_has_every_list(view: View) -> None:
    page = (checkout() / "docs" / "operations.md").read_text(encoding="utf-8")
    assert f"| {view.title} |" in page
    assert f"| `{view.filter}` |" in page
    if view.timeless:
        assert views.link(ADDRESS, "default", view.filter) in page


def test_filters_name_no_search_attribute_of_ours_that_there_is_not() -> None:
    known = {name for name, _ in SEARCH_ATTRIBUTES}
    named = {word for view in VIEWS for word in view.filter.split() if word.startswith("Redress")}
    assert named <= known


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.title)
async def test_the_engine_understands_every_filter(view: View, temporal: Client) -> None:
    assert (await temporal.count_workflows(view.at(NOW))).count >= 0
