"""What students hand in, for the tests of grading: notebooks that answer the first exercise."""

import json


def notebook(*sources: str) -> bytes:
    """A notebook with these code cells."""
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": s} for s in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


RIGHT = "def gd_step(w, grad, lr):\n    return w - lr * grad"
CLIMBS = "def gd_step(w, grad, lr):\n    return w + lr * grad"
ENDLESS = "def gd_step(w, grad, lr):\n    while True:\n        pass"
