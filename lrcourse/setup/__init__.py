"""Making and checking the environment: the standard library alone."""
