"""What ``lrcourse diagnose`` says of a log, by rules held to trainings with known faults."""
