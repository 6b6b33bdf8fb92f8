-- What is found of a complaint: what several bodies asked, answered, submitted, commented and promised, too, and what was
-- said in our part of what another body coordinates. Kept out on purpose: who of another body is spoken with, who reads
-- its page, and where they are reached; why it was given a link or lost it; the words of letters and of the one draft,
-- which are searched where they were said first.

-- What one body said to another, as it came: of what is none of its words (ids, dates, codes, people) nothing.
create function message_said(body jsonb) returns text language sql immutable as
$$
    select string_agg(each.value #>> '{}', ' ')
    from jsonb_path_query(body, 'strict $.** ? (@.type() == "object").keyvalue()') found(pair),
         lateral (select found.pair ->> 'key' as key, found.pair -> 'value' as value) each
    where jsonb_typeof(each.value) = 'string'
      and each.key in ('summary', 'effect', 'outcome_sought', 'complainant_name', 'reason', 'what', 'purpose', 'where',
                       'words', 'did', 'found', 'remedy', 'evidence')
$$;

create function joint_said(of_complaint uuid) returns text language sql stable as
$$
    select left(concat_ws(' ',
        (select string_agg(b.name, ' ' order by b.number) from contribution b where b.complaint_id = of_complaint),
        (select string_agg(concat_ws(' ', r.what, r.reason), ' ' order by r.asked_at desc, r.id)
         from body_request r where r.complaint_id = of_complaint),
        (select string_agg(concat_ws(' ', a.words, a.reason), ' ' order by a.id)
         from body_request_answer a where a.complaint_id = of_complaint),
        (select string_agg(concat_ws(' ', a.did, a.found, a.remedy), ' ' order by s.round desc, a.number)
         from body_answer a join body_submission s on s.id = a.submission_id where a.complaint_id = of_complaint),
        (select string_agg(concat_ws(' ', a.what, a.evidence, a.reason), ' ' order by a.due_on, a.id)
         from body_action a where a.complaint_id = of_complaint),
        (select string_agg(r.reason, ' ' order by r.id) from body_review r where r.complaint_id = of_complaint),
        (select string_agg(g.reason, ' ' order by g.id) from body_gap g where g.complaint_id = of_complaint),
        (select string_agg(concat_ws(' ', m.purpose, m.place, m.words), ' ' order by m."on" desc, m.id)
         from joint_meeting m where m.complaint_id = of_complaint),
        (select string_agg(m.reason, ' ' order by m.id) from joint_meeting_body m where m.complaint_id = of_complaint),
        (select string_agg(l.reason, ' ' order by l.number desc)
         from joint_lead l where l.complaint_id = of_complaint),
        (select string_agg(v.reason, ' ' order by v.number desc)
         from joint_lead_view v where v.complaint_id = of_complaint),
        (select string_agg(t.reason, ' ' order by t.number desc)
         from joint_timescale t where t.complaint_id = of_complaint),
        (select string_agg(v.reason, ' ' order by v.number desc)
         from joint_timescale_view v where v.complaint_id = of_complaint),
        (select string_agg(d.note, ' ' order by d.number desc) from joint_draft d where d.complaint_id = of_complaint),
        (select string_agg(concat_ws(' ', c.words, c.reason), ' ' order by c.number desc)
         from joint_comment c where c.complaint_id = of_complaint),
        (select string_agg(message_said(m.body), ' ' order by m.said_at desc, m.id)
         from joint_message m where m.complaint_id = of_complaint and m.kind = 'decline' and m.refusal is null),
        (select string_agg(t.reason, ' ' order by t.id) from transfer t where t.complaint_id = of_complaint),
        (select concat_ws(' ', t.sender_name, t.sender_reference)
         from transfer_received t where t.complaint_id = of_complaint),
        (select concat_ws(' ', p.lead_name, p.lead_reference) from joint_part p where p.complaint_id = of_complaint),
        (select string_agg(message_said(m.body), ' ' order by m.said_at desc, m.id)
         from part_message m where m.complaint_id = of_complaint and m.kind not in ('draft', 'response'))), 25000)
$$;

-- As in 0017, and joint work beside casework; names in one order, so that the same words come to the same.
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
        || setweight(to_tsvector('english', coalesce(joint_said(c.id), '')), 'D')
    from complaint c
    left join complaint_words said on said.complaint_id = c.id
    cross join lateral (select coalesce(left(string_agg(p.name, ' ' order by p.id), 4000), '') as words from party p
                        where p.complaint_id = c.id and p.replaced_by is null) names
    cross join lateral (select string_agg(n.words, ' ' order by n.said_at desc, n.id) as words from note n
                        where n.complaint_id = c.id) notes
    cross join lateral (select string_agg(concat_ws(' ', t.with_whom, t.summary, t.promised), ' '
                                          order by t.said_at desc, t.id) as words
                        from contact t where t.complaint_id = c.id) contacts
    where c.id = of_complaint
$$;
