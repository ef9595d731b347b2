"""The visual language: colours, type, space and icons. Screens take them from here and nowhere else."""
