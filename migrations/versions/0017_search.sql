-- What is found of a complaint: the words of its casework too, from the issues to the remedies.

-- What is complained of and what was found on it, as it stands now: words that were replaced are on record, and are not
-- what somebody looks for.
create function issues_said(of_complaint uuid) returns text language sql stable as
$$
    select left(concat_ws(' ',
        (select string_agg(concat_ws(' ', i.summary, i.effect, i.outcome_sought), ' ' order by i.number)
         from issue i where i.complaint_id = of_complaint),
        (select string_agg(concat_ws(' ', f.happened, f.should_have, f.standard, f.evidence, f.reason), ' '
                           order by f.said_at desc, f.id)
         from (select distinct on (issue_id) * from finding where complaint_id = of_complaint
               order by issue_id, version desc) f)), 25000)
$$;

-- What was asked, answered, commented, offered, planned and decided on the way. Kept out on purpose: what a person said
-- of themselves for equality monitoring; investigations by others and what is on hold for them; why somebody may speak
-- for another, or has a part in the case: a search shows some of the words to whoever looks for others.
create function casework_said(of_complaint uuid) returns text language sql stable as
$$
    select left(concat_ws(' ',
        (select string_agg(concat_ws(' ', r.what, r.reason), ' ' order by r.raised_at desc, r.id)
         from request r where r.complaint_id = of_complaint),
        (select string_agg(concat_ws(' ', a.words, a.reason), ' ' order by a.recorded_at desc, a.id)
         from request_answer a where a.complaint_id = of_complaint),
        (select string_agg(v.words, ' ' order by v.round desc)
         from initial_views v where v.complaint_id = of_complaint),
        (select string_agg(concat_ws(' ', c.whom, c.words, c.effect_words), ' ' order by c.said_at desc, c.id)
         from views_comment c where c.complaint_id = of_complaint),
        (select string_agg(concat_ws(' ', m.words, m.basis), ' ' order by m.proposed_at desc, m.id)
         from remedy m where m.complaint_id = of_complaint),
        (select string_agg(concat_ws(' ', t.plan, t.summary), ' ' order by t.number desc)
         from resolution_attempt t where t.complaint_id = of_complaint),
        (select concat_ws(' ', p.words,
                          (select string_agg(each, ' ') from jsonb_array_elements_text(p.evidence || p.interviewees) each))
         from investigation_plan p where p.complaint_id = of_complaint order by p.version desc limit 1),
        (select x.reasons from exclusion x where x.complaint_id = of_complaint),
        (select l.reasons from time_limit l where l.complaint_id = of_complaint order by l.number desc limit 1),
        (select string_agg(o.words, ' ' order by o.id) from route_found o where o.complaint_id = of_complaint),
        (select string_agg(s.words, ' ' order by s.said_at desc) from tier_step s where s.complaint_id = of_complaint),
        (select string_agg(k.words, ' ' order by k.linked_at desc, k.id)
         from complaint_link k where k.complaint_id = of_complaint and k.removed_at is null)), 25000)
$$;

-- As in 0006, and casework beside what was told, contacts and notes.
create or replace function case_words(of_complaint uuid) returns tsvector language sql stable as
$$
    select format('''@%s'' ''#%s'':1A ''#%s'':2A', replace(c.organisation_id::text, '-', ''), lower(c.reference),
                  lower(coalesce(substring(c.reference from '[^-]+-[^-]+$'), c.reference)))::tsvector
        || setweight(to_tsvector('simple', coalesce(left(c.source_reference, 200), '')), 'A')
        || setweight(to_tsvector('simple', names.words), 'A')
        || setweight(to_tsvector('english', names.words), 'A')
        || setweight(to_tsvector('english', coalesce(said.summary, '')), 'B')
        || setweight(to_tsvector('english', left(concat_ws(' ', said.narrative, said.desired_outcome), 100000)), 'C')
        || setweight(to_tsvector('english', coalesce(issues_said(c.id), '')), 'C')
        || setweight(to_tsvector('english', left(concat_ws(' ', notes.words, contacts.words), 60000)), 'D')
        || setweight(to_tsvector('english', coalesce(casework_said(c.id), '')), 'D')
    from complaint c
    left join complaint_words said on said.complaint_id = c.id
    cross join lateral (select coalesce(left(string_agg(p.name, ' '), 4000), '') as words from party p
                        where p.complaint_id = c.id and p.replaced_by is null) names
    cross join lateral (select string_agg(n.words, ' ' order by n.said_at desc, n.id) as words from note n
                        where n.complaint_id = c.id) notes
    cross join lateral (select string_agg(concat_ws(' ', t.with_whom, t.summary, t.promised), ' '
                                          order by t.said_at desc, t.id) as words
                        from contact t where t.complaint_id = c.id) contacts
    where c.id = of_complaint
$$;

update case_search set words = case_words(complaint_id)
where issues_said(complaint_id) <> '' or casework_said(complaint_id) <> '';
