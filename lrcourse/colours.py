"""What every picture of the course is drawn with: the style sheet, and colours by name."""

STYLE = "lrcourse.lrcourse"
"""matplotlib finds ``lrcourse.mplstyle`` in this package by this name."""

BLUE, RED, GREEN = "#0072B2", "#D55E00", "#009E73"
PINK, ORANGE, SKY = "#CC79A7", "#E69F00", "#56B4E9"
"""Okabe and Ito's colours (2008), which colour-blind people tell apart, in the sheet's order."""
BLACK, GREY = "#000000", "#8A8A8A"

YOU, HAPPENED, THEORY, LIMIT, OTHERS = "#D6408F", "#222222", BLUE, RED, "#B5B5B5"
"""What a colour means in every picture: the pink diamond is you and can be dragged; ink is what
happened; blue is theory, or good; red is a limit, or blown up; grey are the others."""
LOSS = HAPPENED
"""A loss has one colour in the course."""
