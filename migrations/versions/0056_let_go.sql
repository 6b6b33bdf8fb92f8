-- Whoever was promised an action, or told of one, is told when it is let go of.
alter table action_letter drop constraint ck_action_letter_kind;
alter table action_letter add constraint ck_action_letter_kind check (kind in ('news', 'done', 'dropped'));
