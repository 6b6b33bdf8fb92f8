-- What is found of a complaint: what was said beside it, too, of how serious it is, among seniors, of an incident, and with
-- an Ombudsman or a regulator. Found by its own organisation only: bodies with which the case is shared read none of it.
-- Kept out on purpose: what is said of safeguarding, as in 0017; why a senior could not take a call; how the person was
-- tried to be reached, what support they were offered, and why something came late; letters of candour, whose words are
-- said in person first; what a pack was made for, and how a body was told; the rota and its telephone numbers, which
-- are of no case.

-- In plpgsql, whose plans a session keeps: it is asked with every act that has words.
create function serious_said(of_complaint uuid) returns text language plpgsql stable as
$$
begin
    return left(concat_ws(' ',
        (select string_agg(t.remark, ' ' order by t.number desc) from triage t
         where t.complaint_id = of_complaint and not coalesce((t.asserted ->> 'safeguarding')::boolean, false)),
        (select string_agg(concat_ws(' ', s.reason, s.decision_reason), ' ' order by s.number desc)
         from severity_setting s where s.complaint_id = of_complaint
           and not exists (select 1 from jsonb_array_elements_text(s.weighed) each where each like 'safeguarding%')),
        (select string_agg(concat_ws(' ', e.words,
                    (select string_agg(a.words, ' ' order by a.number) from escalation_again a
                     where a.escalation_id = e.id),
                    (select string_agg(concat_ws(' ', d.reason, d.outcome), ' ' order by d.number)
                     from escalation_decision d where d.escalation_id = e.id),
                    (select string_agg(l.words, ' ' order by l.number) from escalation_look l
                     where l.escalation_id = e.id)), ' ' order by e.raised_at desc, e.id)
         from escalation e where e.complaint_id = of_complaint and e.cause <> 'safeguarding'),
        (select string_agg(concat_ws(' ', i.words, i.end_reason), ' ' order by i.flagged_on desc, i.id)
         from incident i where i.complaint_id = of_complaint),
        (select string_agg(a.reasons, ' ' order by a.said_at desc, a.id)
         from incident_assessment a where a.complaint_id = of_complaint),
        (select string_agg(concat_ws(' ', n.record,
                    (select string_agg(m.words, ' ' order by m.position) from candour_element m
                     where m.candour_notice_id = n.id)), ' ' order by n.said_at desc, n.id)
         from candour_notice n where n.complaint_id = of_complaint and n.kind = 'in_person'),
        (select string_agg(q.what, ' ' order by q.due_on, q.id)
         from candour_enquiry q where q.complaint_id = of_complaint),
        (select string_agg(concat_ws(' ', r.body_name, r.their_reference, r.scope, r.closed_reason), ' '
                           order by r.received_on desc, r.id)
         from referral r where r.complaint_id = of_complaint),
        (select string_agg(concat_ws(' ', q.what, q.words), ' ' order by q.asked_on desc, q.id)
         from referral_enquiry q where q.complaint_id = of_complaint),
        (select string_agg(d.words, ' ' order by d.decided_on desc, d.id)
         from referral_decision d where d.complaint_id = of_complaint),
        (select string_agg(c.words, ' ' order by c.commented_on desc, c.id)
         from decision_comment c where c.complaint_id = of_complaint),
        (select string_agg(concat_ws(' ', m.what, m.evidence), ' ' order by m.target_on, m.id)
         from recommendation m where m.complaint_id = of_complaint),
        (select string_agg(concat_ws(' ', l.place, l.words), ' ' order by l.published_on desc, l.id)
         from referral_learning l where l.complaint_id = of_complaint)), 25000);
end
$$;

-- What 0035 finds is what a body with which the case is shared finds of it, now as then.
alter function case_words(uuid) rename to shared_case_words;

-- An Ombudsman's reference is found as it is written, and by its parts.
create function case_words(of_complaint uuid) returns tsvector language sql stable as
$$
    select shared_case_words(of_complaint)
        || setweight(to_tsvector('simple', coalesce(
               (select string_agg(concat_ws(' ', left(r.their_reference, 200),
                                            regexp_replace(left(r.their_reference, 200), '[^[:alnum:]]+', ' ', 'g')), ' '
                                  order by r.received_on, r.id)
                from referral r where r.complaint_id = of_complaint), '')), 'A')
        || setweight(to_tsvector('english', coalesce(serious_said(of_complaint), '')), 'D')
$$;

-- What others find, where that is less; null where it is the same.
alter table case_search add column shared_words tsvector;
create index ix_case_search_shared_words on case_search using gin (shared_words) with (gin_pending_list_limit = 256)
    where shared_words is not null;

-- Whoever makes the words anew, and by whichever version: what is kept to the owner is in no words that others search.
create function keep_from_others() returns trigger language plpgsql as
$$
begin
    new.shared_words := case when serious_said(new.complaint_id) <> '' then shared_case_words(new.complaint_id) end;
    return new;
end
$$;
create trigger kept_from_others before insert or update on case_search
    for each row execute function keep_from_others();

-- Two halves, each with an index of its own.
create or replace view shared_search as
    select s.complaint_id, s.words from case_share h
    join case_search s on s.complaint_id = h.complaint_id and s.organisation_id = h.organisation_id
    where h.shared_with = (select app_tenant()) and h.until > (select app_time()) and s.shared_words is null
    union all
    select s.complaint_id, s.shared_words from case_share h
    join case_search s on s.complaint_id = h.complaint_id and s.organisation_id = h.organisation_id
    where h.shared_with = (select app_tenant()) and h.until > (select app_time()) and s.shared_words is not null;
drop policy read on case_search;
create policy own_read on case_search for select using (organisation_id = (select app_tenant()));

-- The pack that an enquiry was answered with is the organisation's own.
alter table referral_enquiry add constraint fk_referral_enquiry_own_pack foreign key (pack_id, organisation_id)
    references evidence_pack (id, organisation_id);
