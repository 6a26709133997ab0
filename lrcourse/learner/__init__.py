"""What a learner has: a folder, check and hint in a notebook, the same verbs in a terminal."""
