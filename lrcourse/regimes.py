"""The words for what a walk does on a bowl: one table for lessons, explorers and checks."""

REGIMES = {
    "creeps": "closer with every step, always on the same side",
    "lands": "at the bottom after one step",
    "overshoots": "on the other side after every step, but closer",
    "swings": "on the other side after every step, and no closer, for ever",
    "blows up": "on the other side after every step, and farther away",
}
"""From too low a rate to too high a one."""

CREEPS, LANDS, OVERSHOOTS, SWINGS, BLOWS_UP = REGIMES
