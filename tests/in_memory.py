"""What a process holds in memory, for the tests of what must not be there."""


def memory(pid):
    """All that a process holds in memory and may write."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as held:
        for line in maps:
            span, rights = line.split()[:2]
            if rights.startswith("rw"):
                start, end = (int(part, 16) for part in span.split("-"))
                held.seek(start)
                yield held.read(end - start)
