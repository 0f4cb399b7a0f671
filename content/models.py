"""The door: re-exports the models of the rooms."""
