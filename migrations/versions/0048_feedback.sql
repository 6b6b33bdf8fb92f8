-- How it was: what was asked by which instrument, the page it is answered on, and who is left in peace until when.

alter table experience
    add column instrument varchar(64),
    add column round_id uuid,
    add column channel varchar(64),
    add column held_back varchar(64),
    add column held_on date,
    add column held_until date,
    add column link_hash varchar(64) constraint uq_experience_link_hash unique,
    add column expires_at timestamptz,
    add column answered_at timestamptz,
    add column answered_through varchar(64)
        constraint ck_experience_answered_through
        check (answered_through in ('page', 'call', 'interview', 'paper')),
    add constraint ck_experience_held check (num_nonnulls(held_back, held_on, held_until) in (0, 3)),
    add constraint ck_experience_link check ((link_hash is null) = (expires_at is null)),
    drop constraint ck_experience_asked_how,
    add constraint ck_experience_asked_how check (asked_how in ('in_person', 'call', 'video', 'letter', 'survey'));

create index ix_experience_answered on experience (organisation_id, answered_on) where words is not null;

grant update (asked_on, asked_how, instrument, round_id, channel, held_back, held_on, held_until, link_hash, expires_at,
              answered_at, answered_through) on experience to redress_app;

-- What was answered is counted by reports as it was known on a day: it is never altered.
create function keep_answer() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    raise exception 'what was answered is not altered' using errcode = 'restrict_violation';
end
$$;
create trigger answered_once before update on experience for each row
    when (old.answered_on is not null
          and (old.answered_on, old.declined, old.scores, old.instrument)
              is distinct from (new.answered_on, new.declined, new.scores, new.instrument))
    execute function keep_answer();

-- Whose page a link opens. Nobody's rows are open to whoever asks until that is known, and nothing else is told.
create function feedback_at(hash text) returns uuid
    language sql stable security definer set search_path = public, pg_temp as
$$
    select organisation_id from experience where link_hash = hash
$$;
revoke execute on function feedback_at(text) from public;
grant execute on function feedback_at(text) to redress_app;
