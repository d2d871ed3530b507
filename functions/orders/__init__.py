"""Orders: placed, paid, reviewed, shipped, received, refunded."""
