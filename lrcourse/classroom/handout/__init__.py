"""What a class is given: the student edition and the notebooks to fill in."""
