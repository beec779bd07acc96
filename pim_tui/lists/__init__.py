"""Lists as data: columns, filters, sums and row actions."""
