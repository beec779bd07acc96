"""Writers of files for other programs: given plain rows, one after the other, they never hold them all."""
