"""Two popular articles on trial: their claims, and what decides each: an experiment or a source."""
