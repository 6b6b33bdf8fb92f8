-- Learning, and the actions that follow from it and outlive the complaint.

alter table proceeding drop constraint ck_proceeding_kind;
alter table proceeding add constraint ck_proceeding_kind
    check (kind in ('escalation', 'candour', 'referral', 'action'));
