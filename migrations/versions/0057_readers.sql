-- Those who have a part in governance and no step of it hear when there is something to read: a panel's pack, a report.

alter table governance_reminder drop constraint ck_governance_reminder_rung;
alter table governance_reminder add constraint ck_governance_reminder_rung
    check (rung in ('opened', 'reminder', 'overdue', 'escalation', 'hindered', 'informed'));

-- What reports count of governance has the instant from which it was known, as everything has that they count: what is
-- written down late, because an engine was away, slips under no report that was compiled before.
alter table governance add column begun_known_us bigint, add column ended_known_us bigint;
update governance set begun_known_us = (extract(epoch from begun_at) * 1000000)::bigint,
                      ended_known_us = (extract(epoch from ended_at) * 1000000)::bigint;
grant update (begun_known_us, ended_known_us) on governance to redress_app;
