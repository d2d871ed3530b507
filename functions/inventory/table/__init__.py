"""Inventory table.

pk SKU#<sku_id>   sk STOCK                   the figures of one SKU
                  sk MOVEMENT#<10 digits>    every change of on_hand, numbered without gaps
                  sk ADJUSTMENT#<id>         which movement a repeated adjustment led to
                  sk QUOTA#<quota_id>        pieces held for some companies
                  sk ARRIVAL#<id>            pieces on their way
pk STOCKS         sk <code>#<sku_id>         the list of all SKUs, by code
Index by_alert    alert `low`, available_sort: only SKUs at or below their threshold, emptiest first
                  alert `expected`: only arrivals still to come, the next ones first
"""
