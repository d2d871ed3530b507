"""Catalog table.

pk PRODUCT#<id>   sk PRODUCT          the product with its SKUs
pk OFFER#<sku>    sk V#<6 digits>     what the SKU offered in this version, for ever
                  sk CURRENT          the newest version once more
pk CODE#<code>    sk SKU              whose code it is
pk CATEGORIES, BRANDS, TAGS   sk <id>
pk TREE           sk CURRENT          which category is below which, with a version
pk SHELVES        sk <shelf>
pk SOLD#<day>     sk PRODUCT#<id>     units paid for on a business day, until they are older than 30 days
                  sk ORDER#<id>       that an order was counted
pk WORDS#<month>  sk <words>          what was searched for and not found
pk SEARCH         sk CURRENT          which snapshot of the search index is the newest
Index by_list (list_key PRODUCTS#<state>, list_sort <updated_at>#<id>): the staff's lists, newest change first
"""
