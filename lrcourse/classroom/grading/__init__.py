"""From notebooks handed in to grades in a book."""
