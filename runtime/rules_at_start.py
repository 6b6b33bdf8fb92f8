"""The rules that every worker reads at its start: a malformed file refuses the process, and parks no act later."""

from __future__ import annotations

from typing import Final

from policies.alarm_files import load_alarms
from policies.candour_files import load_candour
from policies.clearance_files import load_clearance_rules
from policies.code_lists import load_codes
from policies.duty_files import load_duties
from policies.governance_files import load_governing
from policies.lead_files import load_lead_rules
from policies.learning_files import load_factors
from policies.oversight_files import load_oversight
from policies.reporting.definition_files import load_definitions
from policies.survey_files import load_surveys
from policies.training_files import load_courses
from policies.triage_files import load_triage_rules

# What is read when a process starts: a malformed file would park every act that needs it.
READ_AT_START: Final = (
    *(load_codes, load_duties, load_lead_rules, load_alarms),
    *(load_triage_rules, load_clearance_rules, load_candour, load_oversight, load_factors),
    *(load_definitions, load_governing, load_surveys, load_courses),
)
