"""What an exercise and a question are, how an answer is examined, and what is said of it."""
