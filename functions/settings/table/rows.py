"""What all rows of this table have in common."""

import os

from kit import rows


class Row(rows.Row):
    """Base of the rows of this table."""

    class Meta:
        table_name = os.environ["SETTINGS_TABLE"]
