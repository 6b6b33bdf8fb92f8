-- The version of the duties that a complaint was opened with, and the involvement whose workflow keeps a clock.
-- The foreign key of the latter comes with its table (0019).

alter table complaint add column duties integer not null default 1;

alter table clock add column involvement_id uuid;
create index ix_clock_involvement_id on clock (involvement_id) where involvement_id is not null;

-- A notice: who carries it, whether the law asks for it, the forms in which it is needed, the clock that it met, and the
-- member of staff whom it is for, who may have no account.
alter table notice
    add column carrier varchar(64),
    add column statutory boolean not null default true,
    add column formats jsonb not null default '[]',
    add column language varchar(64) not null default 'en',
    add column met_clock_id uuid,
    add column involvement_id uuid,
    drop constraint uq_notice_one_to_each,
    add constraint uq_notice_one_to_each unique nulls not distinct
        (act_id, template, audience, party_id, person_id, involvement_id);
