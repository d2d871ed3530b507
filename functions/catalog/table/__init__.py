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
pk REVIEW#<id>    sk REVIEW           what may be, or was, said about a received order line; one id per line
pk REVIEWS#<state> sk <created_at>#<id>   that a review is visible or hidden
pk RATINGS#<product> sk RATINGS       how many visible reviews gave how many stars
pk FOLLOWERS#<product> sk AGENT#<agent>   a company that follows a product, bought or declined it
pk FEEDBACK#<id>  sk FEEDBACK         what a company said, and what it was answered
pk FEEDBACK_OF#<agent>, FEEDBACK_ON#<product>   sk <created_at>#<id>   that it did
                  sk LIMIT, COUNT     how much a company said on a day, and companies said about a product
pk SEARCH         sk CURRENT          which snapshot of the search index is the newest
Index by_list (newest first)
    list_key PRODUCTS#<state>            list_sort <updated_at>#<id>      the staff's lists of products
             REVIEWS#<product>#<state>             <created_at>#<id>      the reviews of a product
             DUE#<agent>                           <completed_at>#<id>    what a company may review
             FEEDBACKS#<state>                     <created_at>#<id>      feedback that waits, or did
             FOLLOWS#<agent>                       <since>#<product>      what a company follows
"""
