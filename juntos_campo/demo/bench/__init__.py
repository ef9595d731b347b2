"""Measuring the program against a reference in the same run: what `juntos-campo bench` prints."""
