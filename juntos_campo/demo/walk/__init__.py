"""The field day walked by the program itself, through its real windows, with every step checked."""
