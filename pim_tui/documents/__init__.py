"""Paper: plain data in, PDF and text out."""
