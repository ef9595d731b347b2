"""Printing: plain models in, PDF bytes out. The only package that knows reportlab."""
