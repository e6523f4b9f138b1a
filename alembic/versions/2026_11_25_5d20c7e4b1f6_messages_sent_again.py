"""messages sent again and by SMS"""

import sqlalchemy as sa

from alembic import op

revision = "5d20c7e4b1f6"
down_revision = "03deb3ca09bd"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("resent_of", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("gateway_id", sa.String(), nullable=True))
        batch_op.create_unique_constraint("uq_message_resent_of", ["resent_of"])
        batch_op.create_index("ix_message_gateway_id", ["gateway_id"], unique=False)
        batch_op.create_foreign_key("fk_message_resent_of_message", "message", ["resent_of"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_constraint("fk_message_resent_of_message", type_="foreignkey")
        batch_op.drop_index("ix_message_gateway_id")
        batch_op.drop_constraint("uq_message_resent_of", type_="unique")
        batch_op.drop_column("gateway_id")
        batch_op.drop_column("resent_of")
