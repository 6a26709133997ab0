"""What the course costs, measured side by side with what else could be used, in one run."""
