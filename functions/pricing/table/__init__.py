"""Pricing table.

pk PRICELISTS | PROMOTIONS | QUOTAS |
   TEMPLATES                             sk <id>           the terms staff wrote, newest last
pk PRICELIST#<id>                        sk SKU#<sku_id>   one price of a list
pk AGENT#<agent_id>                      sk COUPON#<id>    a coupon in a wallet, with its terms
pk ISSUE#<command_id>                    sk ISSUE          the command that issued coupons by hand
Index by_list    list_key PUBLISHED or PUBLISHED#AGENT#<agent_id>, list_sort <ends_at>: what may make a price
                 list_key COUPONS#<agent_id>#open, list_sort <ends_at>; …#used, list_sort <used_at>
"""
