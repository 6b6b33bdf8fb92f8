"""SQL that reads what was said beside a case, for an evidence pack: of incidents, among seniors, with an Ombudsman,
and of what was learned and done.

Each row is one thing that happened: of which proceeding, when, what, by whom, in which words.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import TextClause, text

_CANDOUR: Final = text("""
    select found.*, r.number from (
      select i.id, i.flagged_on as on_day, null::timestamptz as at, 0 as place, 'flagged' as what, p.name as who,
             i.words, concat_ws('; ', 'became known on ' || i.became_known_on, 'happened on ' || i.happened_on,
                                'about ' || a.name, 'rules: ' || i.rules || ' version ' || i.rules_version) as facts
      from incident i left join person p on p.id = i.flagged_by left join party a on a.id = i.about_party_id
      where i.complaint_id = :complaint
      union all
      select s.incident_id, s.assessed_on, null, s.number, 'assessed', p.name, s.reasons,
             case when s.notifiable then 'notifiable' else 'not notifiable' end || '; harm: ' || s.harm
      from incident_assessment s join person p on p.id = s.assessed_by where s.complaint_id = :complaint
      union all
      select n.incident_id, n.given_on, null, 20,
             case n.kind when 'in_person' then 'told in person' when 'results' then 'told in writing what was found'
                         else 'told in writing' end, p.name,
             case when n.kind = 'in_person' then concat_ws(E'\n',
               (select string_agg(e.code || ': ' || e.words, E'\n' order by e.position) from candour_element e
                where e.candour_notice_id = n.id), 'record: ' || n.record, 'late because: ' || n.late_reason) end,
             concat_ws('; ', 'to ' || a.name, 'how: ' || n.how,
                       case when n.notice_id is not null then 'the words are in the letter: ' || l.subject end)
      from candour_notice n join party a on a.id = n.party_id left join person p on p.id = n.by_id
      left join notice l on l.id = n.notice_id
      where n.complaint_id = :complaint and n.given_on is not null
      union all
      select t.incident_id, t.tried_on, null, 15, 'tried to be reached: ' || t.outcome, p.name,
             concat_ws(E'\n', t.words, 'late because: ' || t.late_reason),
             concat_ws('; ', 'how: ' || t.how, case when t.closed then 'no further attempt' end,
                       case when t.altogether then 'wants nothing in writing, either' end)
      from candour_attempt t left join person p on p.id = t.said_by where t.complaint_id = :complaint
      union all
      select s.incident_id, s.offered_on, null, 25, 'support was offered', p.name, s.what,
             case when s.taken then 'taken' when not s.taken then 'not taken' end
      from candour_support s left join person p on p.id = s.said_by where s.complaint_id = :complaint
      union all
      select e.incident_id, e.announced_on, null, 30, 'a further enquiry was announced', null, e.what,
             concat_ws('; ', 'the person hears of it by ' || e.due_on, 'told on ' || e.told_on)
      from candour_enquiry e where e.complaint_id = :complaint and e.announced_on is not null
      union all
      select i.id, r.ended_on, null, 90, 'ended: ' || r.ended_cause, null, i.end_reason, null
      from incident i join proceeding r on r.id = i.id
      where i.complaint_id = :complaint and r.ended_on is not null
    ) found join proceeding r on r.id = found.id
    order by r.number, found.on_day, found.place, found.what, found.words
""")
_SENIORS: Final = text("""
    select found.*, r.number from (
      select e.id, null::date as on_day, e.raised_at as at, 0 as place, 'raised: ' || e.cause as what, p.name as who,
             e.words, 'level: ' || e.level as facts
      from escalation e left join person p on p.id = e.raised_by where e.complaint_id = :complaint
      union all
      select c.escalation_id, null, c.called_at, c.number, 'called: ' || coalesce(p.name, 'nobody was found'), null,
             c.reason, concat_ws('; ', 'step: ' || c.step, 'asked as: ' || c.asked_as, 'outcome: ' || c.outcome)
      from escalation_call c left join person p on p.id = c.person_id where c.complaint_id = :complaint
      union all
      select a.escalation_id, null, a.heard_at, a.number, 'there was more to it', null, a.words, 'level: ' || a.level
      from escalation_again a where a.complaint_id = :complaint
      union all
      select e.id, null, e.acknowledged_at, 500, 'in hand', p.name, null, 'minutes: ' || e.minutes_to_acknowledge
      from escalation e left join person p on p.id = e.acknowledged_by
      where e.complaint_id = :complaint and e.acknowledged_at is not null
      union all
      select d.escalation_id, null, d.decided_at, 600 + d.number, 'decided: ' || d.decision, p.name,
             concat_ws(E'\n', d.reason, 'what came of it: ' || d.outcome),
             concat_ws('; ', 'due on ' || d.due_on, 'done on ' || d.done_on)
      from escalation_decision d join person p on p.id = d.decided_by where d.complaint_id = :complaint
      union all
      select l.escalation_id, l.looked_on, l.said_at, 700 + l.number, 'looked at again', p.name, l.words, null
      from escalation_look l join person p on p.id = l.said_by where l.complaint_id = :complaint
    ) found join proceeding r on r.id = found.id
    order by r.number, found.at, found.place
""")
_REFERRALS: Final = text("""
    select found.*, r.number from (
      select f.id, f.received_on as on_day, null::timestamptz as at, 0 as place, 'received from ' || f.body_name
             as what, p.name as who, concat_ws(E'\n', 'Their reference: ' || f.their_reference, f.scope) as words,
             null as facts
      from referral f left join person p on p.id = f.said_by where f.complaint_id = :complaint
      union all
      select e.referral_id, e.asked_on, null, 10 + e.number, 'enquiry ' || e.number, p.name, e.what,
             'due on ' || e.due_on
      from referral_enquiry e left join person p on p.id = e.said_by where e.complaint_id = :complaint
      union all
      select e.referral_id, e.answered_on, null, 100 + e.number, 'enquiry ' || e.number || ' was answered', p.name,
             e.words, concat_ws('; ', case when e.in_time then 'in time' else 'late' end, 'with pack ' || k.number)
      from referral_enquiry e left join person p on p.id = e.answered_by left join evidence_pack k on k.id = e.pack_id
      where e.complaint_id = :complaint and e.answered_on is not null
      union all
      select d.referral_id, d.decided_on, null, 200 + d.number, 'decision: ' || d.kind, p.name, d.words,
             concat_ws('; ', 'outcome: ' || d.outcome, 'comments by ' || d.comments_by)
      from referral_decision d left join person p on p.id = d.said_by where d.complaint_id = :complaint
      union all
      select c.referral_id, c.commented_on, null, 300, 'commented on the decision', p.name, c.words, null
      from decision_comment c left join person p on p.id = c.said_by where c.complaint_id = :complaint
      union all
      select m.referral_id, d.decided_on, null, 400 + m.number, 'recommendation ' || m.number || ': ' || m.kind,
             p.name, m.what, concat_ws('; ', 'by ' || m.target_on, 'at first by ' || m.first_target_on,
                               case when m.moved_late then 'that was agreed when it was late' end)
      from recommendation m join referral_decision d on d.id = m.decision_id join person p on p.id = m.owner_id
      where m.complaint_id = :complaint
      union all
      select m.referral_id, m.complied_on, null, 500 + m.number, 'recommendation ' || m.number || ' was complied with',
             p.name, m.evidence, concat_ws('; ', case when m.in_time then 'in time' else 'late' end,
                                           'the body was told on ' || m.told_body_on, 'how: ' || m.told_how)
      from recommendation m left join person p on p.id = m.complied_by
      where m.complaint_id = :complaint and m.complied_on is not null
      union all
      select m.referral_id, m.lifted_on, null, 500 + m.number, 'recommendation ' || m.number || ' was lifted', p.name,
             m.evidence, null
      from recommendation m left join person p on p.id = m.complied_by
      where m.complaint_id = :complaint and m.lifted_on is not null
      union all
      select g.referral_id, g.published_on, null, 600, 'what was learned was published: ' || g.place, p.name, g.words,
             null
      from referral_learning g left join person p on p.id = g.said_by where g.complaint_id = :complaint
      union all
      select f.id, r.ended_on, null, 900, 'closed: ' || r.ended_cause, null, f.closed_reason, null
      from referral f join proceeding r on r.id = f.id where f.complaint_id = :complaint and r.ended_on is not null
    ) found join proceeding r on r.id = found.id
    order by r.number, found.on_day, found.place, found.words
""")
# Only words that were approved to be public: what else was said of it is the body's own.
_LEARNING: Final = text("""
    select l.id, (v.said_at at time zone 'Europe/London')::date as on_day, null::timestamptz as at,
           case v.outcome when 'learned' then 'learned' else 'nothing to learn' end as what, p.name as who,
           case when v.public_approved_by is not null then v.public_words end as words,
           concat_ws('; ', 'about ' || v.theme, 'at ' || v.place,
                     case when v.went_wrong then 'something went wrong' end,
                     'what lies behind it: ' || (select string_agg(each, ', ') from jsonb_array_elements_text(v.factors)
                                                 each)) as facts,
           l.number
    from learning l join learning_version v on v.learning_id = l.id and v.number = l.version
    left join person p on p.id = v.said_by where l.complaint_id = :complaint order by l.number
""")
_ACTIONS: Final = text("""
    select found.*, null::timestamptz as at, r.number from (
      select a.id, r.opened_on as on_day, 0 as place, 1 as turn, 'planned' as what, p.name as who, a.what as words,
             concat_ws('; ', 'to be done by ' || o.name, 'due on ' || a.first_due_on,
                       'what is to show it: ' || a.evidence_wanted, 'about ' || a.theme) as facts
      from action a join proceeding r on r.id = a.id left join person p on p.id = a.said_by
      join person o on o.id = coalesce((select c.old_owner_id from action_change c where c.action_id = a.id
                                        order by c.number limit 1), a.owner_id)
      where a.complaint_id = :complaint
      union all
      select c.action_id, (c.said_at at time zone 'Europe/London')::date, 10, c.number, 'another owner or date', p.name,
             c.reason, concat_ws('; ', 'to be done by ' || o.name, 'due on ' || c.due_on,
                                 'due before that on ' || c.old_due_on, case when c.late then 'it was late by then' end)
      from action_change c join person o on o.id = c.owner_id left join person p on p.id = c.said_by
      where c.complaint_id = :complaint
      union all
      select g.action_id, g.happened_on, 20, g.number, 'how far it was', p.name, g.words, null
      from action_progress g left join person p on p.id = g.said_by where g.complaint_id = :complaint
      union all
      select d.action_id, d.done_on, 30, d.number, 'done', p.name, d.evidence,
             concat_ws('; ', case when d.in_time then 'in time' else 'late' end, 'due on ' || d.due_on,
                       (select 'shown by ' || count(*) || ' files' from action_file f where f.done_id = d.id
                        having count(*) > 0))
      from action_done d left join person p on p.id = d.said_by where d.complaint_id = :complaint
      union all
      select k.action_id, (k.said_at at time zone 'Europe/London')::date, 40, k.number,
             case k.kind when 'counted' then 'counted, as nobody looked in time' else 'looked at: ' || k.result end,
             p.name, concat_ws(E'\n', k.words, k.reason),
             concat_ws('; ', 'complaints of the kind since then: ' || k.counted,
                       case when k.judged_otherwise then 'judged otherwise than they say' end, 'due on ' || k.due_on)
      from action_check k left join person p on p.id = k.said_by where k.complaint_id = :complaint
      union all
      select a.id, r.ended_on, 90, 1, 'ended: ' || r.ended_cause, p.name, a.dropped_reason, null
      from action a join proceeding r on r.id = a.id left join person p on p.id = a.dropped_by
      where a.complaint_id = :complaint and r.ended_on is not null
    ) found join proceeding r on r.id = found.id
    order by r.number, found.on_day, found.place, found.turn
""")
# What numbers the parts of a case have, by which an event that holds their ids is read; and the bodies by their codes.
_NUMBERED: Final = text("""
    select id::text, number::text as name from issue where complaint_id = :complaint
    union all select id::text, number::text from proceeding where complaint_id = :complaint
    union all select id::text, number::text from referral_enquiry where complaint_id = :complaint
    union all select id::text, number::text from recommendation where complaint_id = :complaint
    union all select id::text, number::text from evidence_pack where complaint_id = :complaint
    union all select id::text, number::text from learning where complaint_id = :complaint
    union all select body_code, min(body_name) from referral where complaint_id = :complaint group by body_code
""")

BESIDE: Final[dict[str, TextClause]] = {
    "candour": _CANDOUR,
    "seniors": _SENIORS,
    "referrals": _REFERRALS,
    "learning": _LEARNING,
    "actions": _ACTIONS,
    "numbered": _NUMBERED,
}
