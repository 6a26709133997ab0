"""What a teacher is given: plans, keys and what to say, as Markdown and as a page to print."""
