"""Grading a class: checks run here, where no line of a student's runs; answers run behind walls."""
