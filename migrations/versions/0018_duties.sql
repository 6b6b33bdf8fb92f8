-- The version of the duties that a complaint was opened with, and the involvement whose workflow keeps a clock.
-- The foreign key of the latter comes with its table (0019).

alter table complaint add column duties integer not null default 1;

alter table clock add column involvement_id uuid;
create index ix_clock_involvement_id on clock (involvement_id) where involvement_id is not null;
