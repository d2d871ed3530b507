"""Product search in memory: pure, no I/O. See docs/decisions/0010."""
