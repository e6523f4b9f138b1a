"""sums of stages"""

from alembic import op

revision = "8c1e5d0a7b43"
down_revision = "546f39b1cadc"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("deal", schema=None) as batch_op:
        batch_op.create_index("ix_deal_sums", ["stage_id", "currency", "amount_minor"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("deal", schema=None) as batch_op:
        batch_op.drop_index("ix_deal_sums")
