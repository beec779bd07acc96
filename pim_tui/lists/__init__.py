"""Lists as data: columns, filters and sums."""
