"""The vocabulary of the screens. `juntos_campo/ui/README.md` says which widget is for what."""
