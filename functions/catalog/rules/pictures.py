"""What pictures may be uploaded for, and who looks after it."""

from collections.abc import Mapping
from typing import Literal

Subject = Literal["products", "categories", "brands", "gifts", "banners"]
# The permission a member of staff needs.
KEEPERS: Mapping[Subject, str] = {
    "products": "catalog.write",
    "categories": "catalog.write",
    "brands": "catalog.write",
    "gifts": "gifts",
    "banners": "settings",
}
