"""What a class run writes: tables, a page for each student, and the report."""
