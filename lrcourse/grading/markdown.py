"""Tables in Markdown, and Markdown as a page to print."""

from __future__ import annotations

from collections.abc import Iterable

from markdown_it import MarkdownIt


def table(head: list[str], rows: Iterable[list]) -> str:
    """Return a table in Markdown.

    >>> print(table(["rate", "steps"], [["0.1 | 0.2", 26]]))
    | rate | steps |
    |---|---|
    | 0.1 \\| 0.2 | 26 |
    """
    lines = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    top = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*top, *(f"| {' | '.join(line)} |" for line in lines)])


PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Teaching the learning rate</title>
<style>
body {{ font: 11pt/1.45 Georgia, serif; max-width: 46em; margin: 2em auto; padding: 0 1em;
  color: #111; background: #fff }}
table {{ border-collapse: collapse; width: 100%; margin: 0.8em 0 }}
th, td {{ border-bottom: 1px solid #999; padding: 0.25em 0.5em; text-align: left;
  vertical-align: top; overflow-wrap: break-word }}
code {{ font-size: 0.9em; font-style: normal }}
@media print {{
  body {{ font-size: 9.5pt; margin: 0; max-width: none }}
  h2:not(:first-of-type) {{ break-before: page }}
  h2, h3 {{ break-after: avoid }}
  tr, li, pre {{ break-inside: avoid }}
  thead {{ display: table-header-group }}
}}
@page {{ margin: 18mm }}
</style>
</head>
<body>
{body}</body>
</html>
"""


def page(text: str) -> str:
    """Return Markdown as one page that stands alone and prints with a part on each sheet."""
    return PAGE.format(body=MarkdownIt("commonmark", {"html": False}).enable("table").render(text))
