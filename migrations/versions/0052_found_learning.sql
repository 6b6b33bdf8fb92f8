-- What is found of a complaint: what was learned from it and what is done about it, too. Found by its own organisation only,
-- as 0044 has it. Kept out on purpose: what a panel is told of a case, and minutes, which are of no case; what people
-- answered when they were asked how it was, which nobody who handles the case reads.

create function learning_said(of_complaint uuid) returns text language plpgsql stable as
$$
begin
    return left(concat_ws(' ',
        (select string_agg(concat_ws(' ', v.found, v.will_change, v.public_words), ' ' order by v.said_at desc, v.id)
         from learning l join learning_version v on v.learning_id = l.id and v.number = l.version
         where l.complaint_id = of_complaint),
        (select string_agg(concat_ws(' ', a.what, a.evidence_wanted, a.dropped_reason,
                    (select string_agg(p.words, ' ' order by p.number desc) from action_progress p
                     where p.action_id = a.id),
                    (select string_agg(d.evidence, ' ' order by d.number desc) from action_done d
                     where d.action_id = a.id),
                    (select string_agg(concat_ws(' ', k.words, k.reason), ' ' order by k.number desc)
                     from action_check k where k.action_id = a.id),
                    (select string_agg(c.reason, ' ' order by c.number desc) from action_change c
                     where c.action_id = a.id)), ' ' order by a.said_at desc, a.id)
         from action a where a.complaint_id = of_complaint)), 25000);
end
$$;

create or replace function case_words(of_complaint uuid) returns tsvector language sql stable as
$$
    select shared_case_words(of_complaint)
        || setweight(to_tsvector('simple', coalesce(
               (select string_agg(concat_ws(' ', left(r.their_reference, 200),
                                            regexp_replace(left(r.their_reference, 200), '[^[:alnum:]]+', ' ', 'g')), ' '
                                  order by r.received_on, r.id)
                from referral r where r.complaint_id = of_complaint), '')), 'A')
        || setweight(to_tsvector('english', concat_ws(' ', serious_said(of_complaint), learning_said(of_complaint))),
                     'D')
$$;

create or replace function keep_from_others() returns trigger language plpgsql as
$$
begin
    new.shared_words := case when serious_said(new.complaint_id) <> '' or learning_said(new.complaint_id) <> ''
                             then shared_case_words(new.complaint_id) end;
    return new;
end
$$;
