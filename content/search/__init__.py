"""Search over what the public reads."""
