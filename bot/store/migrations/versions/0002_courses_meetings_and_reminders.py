"""Courses, meetings and reminders

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "courses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
        sa.UniqueConstraint("reference", name=op.f("uq_courses_reference")),
    )
    op.create_table(
        "enrolments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_enrolments_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_enrolments_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
    )
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.create_index("ix_enrolments_person", ["person_id"], unique=False)
        batch_op.create_index("uq_enrolments_course_person", ["course_id", "person_id"], unique=True)

    op.create_table(
        "feeds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_feeds_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_feeds_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feeds")),
        sa.UniqueConstraint("course_id", name=op.f("uq_feeds_course_id")),
        sa.UniqueConstraint("person_id", name=op.f("uq_feeds_person_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feeds_token_hash")),
    )
    op.create_table(
        "meetings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("room", sa.String(length=80), nullable=False),
        sa.Column("interpreter", sa.String(length=2), nullable=True),
        sa.Column("bring", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_meetings_course_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
        sa.UniqueConstraint("reference", name=op.f("uq_meetings_reference")),
    )
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.create_index("ix_meetings_course_starts", ["course_id", "starts_at"], unique=False)
        batch_op.create_index("ix_meetings_starts", ["starts_at"], unique=False)

    op.create_table(
        "participations",
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guest", sa.Boolean(), nullable=False),
        sa.Column("instead_of", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answer", sa.String(length=8), nullable=True),
        sa.Column("reason", sa.String(length=16), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.String(length=16), nullable=True),
        sa.Column("presence", sa.String(length=8), nullable=True),
        sa.ForeignKeyConstraint(
            ["instead_of"], ["meetings.id"], name=op.f("fk_participations_instead_of"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_participations_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_participations_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", name=op.f("pk_participations")),
    )
    with op.batch_alter_table("participations", schema=None) as batch_op:
        batch_op.create_index("ix_participations_person", ["person_id"], unique=False)

    op.create_table(
        "prompts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("offset", sa.String(length=16), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_prompts_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_prompts_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompts")),
        sa.UniqueConstraint("key", name=op.f("uq_prompts_key")),
    )
    with op.batch_alter_table("prompts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_prompts_due",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("done_at IS NULL"),
            sqlite_where=sa.text("done_at IS NULL"),
        )
        batch_op.create_index("ix_prompts_meeting", ["meeting_id"], unique=False)
        batch_op.create_index("ix_prompts_person", ["person_id"], unique=False)

    with op.batch_alter_table("chats", schema=None) as batch_op:
        batch_op.create_index("ix_chats_person", ["person_id"], unique=False)

    with op.batch_alter_table("contact_requests", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_contact_requests_meeting_id"),
            "meetings",
            ["meeting_id"],
            ["id"],
            ondelete="SET NULL",
        )

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(
            sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("offset", sa.String(length=16), nullable=True))
        batch_op.alter_column("chat_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.alter_column("content", existing_type=sa.JSON(), nullable=True)
        batch_op.drop_index(batch_op.f("ix_deliveries_due"))
        batch_op.drop_index(batch_op.f("ix_deliveries_chat"))
        batch_op.create_index(
            "ix_deliveries_chat",
            ["chat_id", "line"],
            unique=False,
            postgresql_where=sa.text("line IS NOT NULL"),
            sqlite_where=sa.text("line IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_deliveries_due",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("status = 'queued'"),
            sqlite_where=sa.text("status = 'queued'"),
        )
        batch_op.create_index(
            "ix_deliveries_open",
            ["chat_id"],
            unique=False,
            postgresql_where=sa.text("status IN ('queued', 'claimed')"),
            sqlite_where=sa.text("status IN ('queued', 'claimed')"),
        )
        batch_op.create_index(
            "ix_deliveries_person",
            ["person_id", "meeting_id"],
            unique=False,
            postgresql_where=sa.text("person_id IS NOT NULL"),
            sqlite_where=sa.text("person_id IS NOT NULL"),
        )

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("language", sa.String(length=2), nullable=True))
        batch_op.add_column(sa.Column("country", sa.String(length=2), nullable=True))
        batch_op.add_column(sa.Column("born_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("settled_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("neighbourhood", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("household", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("unaccompanied", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("several_problems", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("plan_goal", sa.String(length=16), nullable=True))
        batch_op.add_column(
            sa.Column("regime", sa.String(length=8), server_default="unknown", nullable=False)
        )
        batch_op.add_column(sa.Column("pip_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("participation", sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column("signed_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("signed_on")
        batch_op.drop_column("participation")
        batch_op.drop_column("pip_on")
        batch_op.drop_column("regime")
        batch_op.drop_column("plan_goal")
        batch_op.drop_column("several_problems")
        batch_op.drop_column("unaccompanied")
        batch_op.drop_column("household")
        batch_op.drop_column("neighbourhood")
        batch_op.drop_column("settled_on")
        batch_op.drop_column("born_on")
        batch_op.drop_column("country")
        batch_op.drop_column("language")

    # What has no chat or no words yet did not exist before.
    op.execute("DELETE FROM deliveries WHERE content IS NULL OR chat_id IS NULL")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_deliveries_chat")
        batch_op.create_index("ix_deliveries_chat", ["chat_id", "line"], unique=False)
        batch_op.drop_index(
            "ix_deliveries_person",
            postgresql_where=sa.text("person_id IS NOT NULL"),
            sqlite_where=sa.text("person_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_deliveries_open",
            postgresql_where=sa.text("status IN ('queued', 'claimed')"),
            sqlite_where=sa.text("status IN ('queued', 'claimed')"),
        )
        batch_op.drop_index(
            "ix_deliveries_due",
            postgresql_where=sa.text("status = 'queued'"),
            sqlite_where=sa.text("status = 'queued'"),
        )
        batch_op.create_index(batch_op.f("ix_deliveries_due"), ["status", "due_at"], unique=False)
        batch_op.alter_column("content", existing_type=sa.JSON(), nullable=False)
        batch_op.alter_column("chat_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("offset")
        batch_op.drop_column("version")
        batch_op.drop_column("meeting_id")
        batch_op.drop_column("person_id")

    with op.batch_alter_table("contact_requests", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_contact_requests_meeting_id"), type_="foreignkey")
        batch_op.drop_column("meeting_id")

    with op.batch_alter_table("chats", schema=None) as batch_op:
        batch_op.drop_index("ix_chats_person")

    with op.batch_alter_table("prompts", schema=None) as batch_op:
        batch_op.drop_index("ix_prompts_person")
        batch_op.drop_index("ix_prompts_meeting")
        batch_op.drop_index(
            "ix_prompts_due",
            postgresql_where=sa.text("done_at IS NULL"),
            sqlite_where=sa.text("done_at IS NULL"),
        )

    op.drop_table("prompts")
    with op.batch_alter_table("participations", schema=None) as batch_op:
        batch_op.drop_index("ix_participations_person")

    op.drop_table("participations")
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.drop_index("ix_meetings_starts")
        batch_op.drop_index("ix_meetings_course_starts")

    op.drop_table("meetings")
    op.drop_table("feeds")
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.drop_index("uq_enrolments_course_person")
        batch_op.drop_index("ix_enrolments_person")

    op.drop_table("enrolments")
    op.drop_table("courses")
