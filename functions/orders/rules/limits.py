"""How much of everything."""

from datetime import timedelta

TITLE_LENGTH = 20
MOST_IMAGES = 3
MOST_LINES = 90
# A shipment writes two rows for each SKU, and a transaction has a hundred.
MOST_LINES_A_PARCEL = 45
MOST_PARCELS = 15
# Taking goods back writes two rows for each SKU.
MOST_LINES_A_CLAIM = 40
MOST_AFTER_SALES = 20
QUERY_AGAIN = timedelta(minutes=30)
MOST_NODES = 60
