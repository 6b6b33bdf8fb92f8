-- What is found of a complaint: what people were promised, too. Kept out on purpose: who of the staff is complained about,
-- what they and others said of it, and how it was for them, so that nobody can be looked up in the complaints about them;
-- what people need and what is not safe for them; warnings and contact plans; why a consent was taken back.

create or replace function casework_said(of_complaint uuid) returns text language sql stable as
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
         from complaint_link k where k.complaint_id = of_complaint and k.removed_at is null),
        (select string_agg(concat_ws(' ', p.what, p.release_words), ' ' order by p.made_on desc, p.id)
         from promise p where p.complaint_id = of_complaint),
        (select string_agg(h.words, ' ' order by h.kept_on desc, h.id)
         from promise_kept h where h.complaint_id = of_complaint)), 25000)
$$;

update case_search set words = case_words(complaint_id)
where exists (select 1 from promise p where p.complaint_id = case_search.complaint_id);
