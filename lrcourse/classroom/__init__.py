"""A class: how what was handed in becomes marks, pages and tables."""
