"""Make every table, and everything that guards them.

The guards (row-level security, grants, append-only triggers, the sweeper's views) stand in
`0001_security.sql` beside this file: SQL reads best as SQL.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the schema."""
    op.create_table('organisation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('regime', sa.String(length=64), nullable=False),
    sa.Column('nation', sa.String(length=64), nullable=False),
    sa.Column('reference_prefix', sa.String(length=64), nullable=False),
    sa.Column('sender_email', sa.String(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation')),
    sa.UniqueConstraint('code', name=op.f('uq_organisation_code'))
    )
    op.create_table('case_file',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('complaint_id', sa.Uuid(), nullable=False),
    sa.Column('submission_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('attached', sa.Boolean(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_case_file_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_file')),
    sa.UniqueConstraint('submission_id', name=op.f('uq_case_file_submission_id'))
    )
    op.create_index(op.f('ix_case_file_complaint_id'), 'case_file', ['complaint_id'], unique=False)
    op.create_index(op.f('ix_case_file_organisation_id'), 'case_file', ['organisation_id'], unique=False)
    op.create_table('change_set',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('scope', sa.String(length=64), nullable=False),
    sa.Column('nation', sa.String(length=64), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('opens', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=True),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.Column('proposed_by', sa.Uuid(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('decision_id', sa.Uuid(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('approved', sa.Boolean(), nullable=True),
    sa.Column('decision_reason', sa.String(), nullable=True),
    sa.Column('examined', sa.Integer(), nullable=False),
    sa.Column('moved', sa.Integer(), nullable=False),
    sa.Column('idempotency_key', sa.String(), nullable=False),
    sa.Column('body_hash', sa.String(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("scope <> 'nation' or source is not null", name=op.f('ck_change_set_nation_needs_source')),
    sa.CheckConstraint('decided_by is null or decided_by <> proposed_by', name=op.f('ck_change_set_two_people')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_change_set_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_change_set')),
    sa.UniqueConstraint('organisation_id', 'idempotency_key', name=op.f('uq_change_set_organisation_id_idempotency_key'))
    )
    op.create_index(op.f('ix_change_set_organisation_id'), 'change_set', ['organisation_id'], unique=False)
    op.create_index('ix_change_set_proposed', 'change_set', ['organisation_id', 'proposed_at', 'id'], unique=False)
    op.create_table('closed_day',
    sa.Column('revision', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('nation', sa.String(length=64), nullable=True),
    sa.Column('organisation_id', sa.Uuid(), nullable=True),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('opens', sa.Boolean(), nullable=False),
    sa.Column('source', sa.String(), nullable=True),
    sa.Column('approved_by', sa.Uuid(), nullable=True),
    sa.Column('change_set_id', sa.Uuid(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('(nation is null) <> (organisation_id is null)', name=op.f('ck_closed_day_one_scope')),
    sa.CheckConstraint('nation is null or (source is not null and approved_by is not null)', name=op.f('ck_closed_day_nation_needs_source_and_approver')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_closed_day_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('revision', name=op.f('pk_closed_day')),
    sa.UniqueConstraint('change_set_id', name=op.f('uq_closed_day_change_set_id'))
    )
    op.create_index('ix_closed_day_nation_day', 'closed_day', ['nation', 'day'], unique=False)
    op.create_index(op.f('ix_closed_day_organisation_id'), 'closed_day', ['organisation_id'], unique=False)
    op.create_table('person',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=True),
    sa.Column('team', sa.String(length=64), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_person_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('organisation_id', 'subject', name=op.f('uq_person_organisation_id_subject'))
    )
    op.create_index(op.f('ix_person_organisation_id'), 'person', ['organisation_id'], unique=False)
    op.create_table('verdict',
    sa.Column('act_id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('complaint_id', sa.Uuid(), nullable=False),
    sa.Column('verdict', JSONB(), nullable=False),
    sa.Column('applied_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_verdict_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('act_id', name=op.f('pk_verdict'))
    )
    op.create_index(op.f('ix_verdict_complaint_id'), 'verdict', ['complaint_id'], unique=False)
    op.create_index(op.f('ix_verdict_organisation_id'), 'verdict', ['organisation_id'], unique=False)
    op.create_table('appointment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(length=64), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('ends_on is null or ends_on >= starts_on', name=op.f('ck_appointment_ends_after_start')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_appointment_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_appointment_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointment'))
    )
    op.create_index(op.f('ix_appointment_organisation_id'), 'appointment', ['organisation_id'], unique=False)
    op.create_index('ix_appointment_role', 'appointment', ['organisation_id', 'role', 'starts_on'], unique=False)
    op.create_table('complaint',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(length=64), nullable=False),
    sa.Column('regime', sa.String(length=64), nullable=False),
    sa.Column('nation', sa.String(length=64), nullable=False),
    sa.Column('procedure', sa.String(length=64), nullable=False),
    sa.Column('procedure_version', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=64), nullable=False),
    sa.Column('open', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('channel', sa.String(length=64), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('logged_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('discussion', sa.String(length=64), nullable=True),
    sa.Column('update_every_days', sa.Integer(), nullable=True),
    sa.Column('outcome', sa.String(length=64), nullable=True),
    sa.Column('reopened_from', sa.Uuid(), nullable=True),
    sa.Column('waiting_on', sa.String(length=64), nullable=True),
    sa.Column('next_event_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attention', sa.String(length=64), nullable=True),
    sa.Column('stop_contact', sa.Boolean(), nullable=False),
    sa.Column('hold', sa.Boolean(), nullable=False),
    sa.Column('event_seq', sa.Integer(), nullable=False),
    sa.Column('event_head', sa.String(length=64), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_complaint_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_complaint_owner_id_person')),
    sa.ForeignKeyConstraint(['reopened_from'], ['complaint.id'], name=op.f('fk_complaint_reopened_from_complaint')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint')),
    sa.UniqueConstraint('reference', name=op.f('uq_complaint_reference'))
    )
    op.create_index(op.f('ix_complaint_organisation_id'), 'complaint', ['organisation_id'], unique=False)
    op.create_index('ix_complaint_owner', 'complaint', ['organisation_id', 'owner_id'], unique=False)
    op.create_index('ix_complaint_received', 'complaint', ['organisation_id', 'received_on', 'id'], unique=False)
    op.create_index('ix_complaint_worklist', 'complaint', ['organisation_id', 'open', 'next_event_at', 'id'], unique=False)
    op.create_index('uq_complaint_reopened_from', 'complaint', ['reopened_from'], unique=True, postgresql_where=sa.text('reopened_from is not null'))
    op.create_table('submission',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('complaint_id', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('body', JSONB(), nullable=False),
    sa.Column('caller', sa.String(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('role', sa.String(length=64), nullable=False),
    sa.Column('route', sa.String(), nullable=False),
    sa.Column('idempotency_key', sa.String(), nullable=True),
    sa.Column('body_hash', sa.String(length=64), nullable=False),
    sa.Column('reference', sa.String(length=64), nullable=True),
    sa.Column('if_version', sa.Integer(), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('refusal', sa.String(length=64), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('last_failure', sa.String(length=64), nullable=True),
    sa.Column('delivery', sa.Integer(), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_submission_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_submission_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submission')),
    sa.UniqueConstraint('organisation_id', 'caller', 'route', 'idempotency_key', name=op.f('uq_submission_organisation_id_caller_route_idempotency_key')),
    sa.UniqueConstraint('organisation_id', 'complaint_id', 'seq', name=op.f('uq_submission_organisation_id_complaint_id_seq'))
    )
    op.create_index(op.f('ix_submission_organisation_id'), 'submission', ['organisation_id'], unique=False)
    op.create_index('ix_submission_pending', 'submission', ['received_at', 'id'], unique=False, postgresql_where=sa.text("state = 'pending'"))
    op.create_index('ix_submission_reference', 'submission', ['reference'], unique=True, postgresql_where=sa.text('reference is not null'))
    op.create_table('case_event',
    sa.Column('complaint_id', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('at_us', sa.BigInteger(), nullable=False),
    sa.Column('act_id', sa.Uuid(), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('role', sa.String(length=64), nullable=False),
    sa.Column('data', sa.String(), nullable=False),
    sa.Column('prev_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaint.id'], name=op.f('fk_case_event_complaint_id_complaint')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_case_event_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('complaint_id', 'seq', name=op.f('pk_case_event'))
    )
    op.create_index(op.f('ix_case_event_organisation_id'), 'case_event', ['organisation_id'], unique=False)
    op.create_table('case_share',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('complaint_id', sa.Uuid(), nullable=False),
    sa.Column('shared_with', sa.Uuid(), nullable=False),
    sa.Column('scope', sa.String(length=64), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('shared_with <> organisation_id', name=op.f('ck_case_share_with_another')),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaint.id'], name=op.f('fk_case_share_complaint_id_complaint')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_case_share_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['shared_with'], ['organisation.id'], name=op.f('fk_case_share_shared_with_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_share')),
    sa.UniqueConstraint('complaint_id', 'shared_with', 'scope', name=op.f('uq_case_share_complaint_id_shared_with_scope'))
    )
    op.create_index(op.f('ix_case_share_complaint_id'), 'case_share', ['complaint_id'], unique=False)
    op.create_index(op.f('ix_case_share_organisation_id'), 'case_share', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_case_share_shared_with'), 'case_share', ['shared_with'], unique=False)
    op.create_table('clock',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('complaint_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=True),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('effect', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('started_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('provisional', sa.Boolean(), nullable=False),
    sa.Column('met_on', sa.Date(), nullable=True),
    sa.Column('in_time', sa.Boolean(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('breached_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('rungs', JSONB(), nullable=False),
    sa.Column('proof', JSONB(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaint.id'], name=op.f('fk_clock_complaint_id_complaint')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_clock_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clock')),
    sa.UniqueConstraint('complaint_id', 'kind', 'subject_id', name=op.f('uq_clock_complaint_id_kind_subject_id'), postgresql_nulls_not_distinct=True)
    )
    op.create_index(op.f('ix_clock_complaint_id'), 'clock', ['complaint_id'], unique=False)
    op.create_index(op.f('ix_clock_organisation_id'), 'clock', ['organisation_id'], unique=False)
    op.create_index('ix_clock_running_due', 'clock', ['organisation_id', 'state', 'due_at'], unique=False)
    op.create_table('complaint_words',
    sa.Column('complaint_id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('summary', sa.String(), nullable=False),
    sa.Column('narrative', sa.String(), nullable=False),
    sa.Column('desired_outcome', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaint.id'], name=op.f('fk_complaint_words_complaint_id_complaint')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_complaint_words_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('complaint_id', name=op.f('pk_complaint_words'))
    )
    op.create_index(op.f('ix_complaint_words_organisation_id'), 'complaint_words', ['organisation_id'], unique=False)
    op.create_table('note',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('complaint_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=True),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaint.id'], name=op.f('fk_note_complaint_id_complaint')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_note_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_note'))
    )
    op.create_index(op.f('ix_note_complaint_id'), 'note', ['complaint_id'], unique=False)
    op.create_index(op.f('ix_note_organisation_id'), 'note', ['organisation_id'], unique=False)
    op.create_table('party',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('complaint_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=True),
    sa.Column('phone', sa.String(), nullable=True),
    sa.Column('address', sa.String(), nullable=True),
    sa.Column('born_on', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaint.id'], name=op.f('fk_party_complaint_id_complaint')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_party_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_party'))
    )
    op.create_index(op.f('ix_party_complaint_id'), 'party', ['complaint_id'], unique=False)
    op.create_index(op.f('ix_party_organisation_id'), 'party', ['organisation_id'], unique=False)
    op.create_table('task',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('complaint_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('role', sa.String(length=64), nullable=False),
    sa.Column('assignee_id', sa.Uuid(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('clock_id', sa.Uuid(), nullable=True),
    sa.Column('notice_id', sa.Uuid(), nullable=True),
    sa.Column('act_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['assignee_id'], ['person.id'], name=op.f('fk_task_assignee_id_person')),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaint.id'], name=op.f('fk_task_complaint_id_complaint')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_task_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task'))
    )
    op.create_index(op.f('ix_task_complaint_id'), 'task', ['complaint_id'], unique=False)
    op.create_index('ix_task_open', 'task', ['organisation_id', 'state', 'assignee_id', 'due_on'], unique=False)
    op.create_index(op.f('ix_task_organisation_id'), 'task', ['organisation_id'], unique=False)
    op.create_table('change_set_item',
    sa.Column('change_set_id', sa.Uuid(), nullable=False),
    sa.Column('clock_id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('complaint_id', sa.Uuid(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('old_due_on', sa.Date(), nullable=False),
    sa.Column('new_due_on', sa.Date(), nullable=False),
    sa.Column('submission_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['change_set_id'], ['change_set.id'], name=op.f('fk_change_set_item_change_set_id_change_set')),
    sa.ForeignKeyConstraint(['clock_id'], ['clock.id'], name=op.f('fk_change_set_item_clock_id_clock')),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaint.id'], name=op.f('fk_change_set_item_complaint_id_complaint')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_change_set_item_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('change_set_id', 'clock_id', name=op.f('pk_change_set_item'))
    )
    op.create_index(op.f('ix_change_set_item_complaint_id'), 'change_set_item', ['complaint_id'], unique=False)
    op.create_index(op.f('ix_change_set_item_organisation_id'), 'change_set_item', ['organisation_id'], unique=False)
    op.create_table('clock_version',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('complaint_id', sa.Uuid(), nullable=False),
    sa.Column('clock_id', sa.Uuid(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('started_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cause', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('agreed_by', sa.String(), nullable=True),
    sa.Column('agreed_on', sa.Date(), nullable=True),
    sa.Column('act_id', sa.Uuid(), nullable=False),
    sa.Column('breached_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('met_on', sa.Date(), nullable=True),
    sa.Column('in_time', sa.Boolean(), nullable=True),
    sa.Column('proof', JSONB(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['clock_id'], ['clock.id'], name=op.f('fk_clock_version_clock_id_clock')),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaint.id'], name=op.f('fk_clock_version_complaint_id_complaint')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_clock_version_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clock_version')),
    sa.UniqueConstraint('clock_id', 'generation', name=op.f('uq_clock_version_clock_id_generation'))
    )
    op.create_index(op.f('ix_clock_version_complaint_id'), 'clock_version', ['complaint_id'], unique=False)
    op.create_index(op.f('ix_clock_version_organisation_id'), 'clock_version', ['organisation_id'], unique=False)
    op.create_table('fired_rung',
    sa.Column('complaint_id', sa.Uuid(), nullable=False),
    sa.Column('clock_id', sa.Uuid(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('rung', sa.String(length=64), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('act_id', sa.Uuid(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('fired_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('late', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['clock_id'], ['clock.id'], name=op.f('fk_fired_rung_clock_id_clock')),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaint.id'], name=op.f('fk_fired_rung_complaint_id_complaint')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_fired_rung_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('complaint_id', 'clock_id', 'generation', 'rung', name=op.f('pk_fired_rung')),
    sa.UniqueConstraint('act_id', name=op.f('uq_fired_rung_act_id'))
    )
    op.create_index(op.f('ix_fired_rung_organisation_id'), 'fired_rung', ['organisation_id'], unique=False)
    op.create_table('notice',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('complaint_id', sa.Uuid(), nullable=False),
    sa.Column('template', sa.String(length=64), nullable=False),
    sa.Column('template_version', sa.Integer(), nullable=False),
    sa.Column('audience', sa.String(length=64), nullable=False),
    sa.Column('party_id', sa.Uuid(), nullable=True),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('channel', sa.String(length=64), nullable=False),
    sa.Column('legal_ground', sa.String(), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('act_id', sa.Uuid(), nullable=False),
    sa.Column('drafted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('released_by', sa.Uuid(), nullable=True),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failure', sa.String(length=64), nullable=True),
    sa.Column('journalled', sa.Boolean(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaint.id'], name=op.f('fk_notice_complaint_id_complaint')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_notice_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['party_id'], ['party.id'], name=op.f('fk_notice_party_id_party')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
    sa.UniqueConstraint('act_id', 'template', 'audience', name=op.f('uq_notice_act_id_template_audience'))
    )
    op.create_index(op.f('ix_notice_complaint_id'), 'notice', ['complaint_id'], unique=False)
    op.create_index(op.f('ix_notice_organisation_id'), 'notice', ['organisation_id'], unique=False)
    op.create_index('ix_notice_state', 'notice', ['organisation_id', 'state'], unique=False)
    op.execute(sa.text(_escaped(Path(__file__).with_name("0001_security.sql").read_text())))


def _escaped(sql: str) -> str:
    """Keep colons of casts and assignments from being read as bound parameters."""
    return sql.replace(":", r"\:")
