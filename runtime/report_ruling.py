"""Reports as the API asks for them: compiled, opened and set by the very code that does so for governance."""

from __future__ import annotations

from activities.reporting import keeping, opening, outside
from api.form.sends import Sends
from api.public_copies import PublicCopies
from api.report_rules import ReportRules
from gateways.typst_reports import TypstReports
from runtime.settings import Settings


def report_rules(settings: Settings) -> ReportRules:
    """Return what the API asks of the rules of reports."""
    return ReportRules(
        kinds=keeping.kinds,
        keep=keeping.keep_for,
        rebuild=keeping.rebuild,
        since=keeping.with_since,
        opened=opening.opened,
        openable=opening.openable,
        tells=outside.tells,
        typeset=TypstReports().typeset,
        public_reads=Sends(settings.public_reads_an_hour),
        public_copies=PublicCopies(),
    )
