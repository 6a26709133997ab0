"""The walls round a student's code: what stands outside, what inside, and what passes between."""
