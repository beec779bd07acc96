"""Writers over one table of rows."""
