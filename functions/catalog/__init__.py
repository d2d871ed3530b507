"""The catalogue: products, SKUs and their offers, categories, brands, tags, shelves, search."""
