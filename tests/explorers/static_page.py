"""An explorer on a page without a kernel: the same script and the same numbers, and a model that
remembers what the script sets."""

import base64
import json

BYTES = ("background", "narrow", "photo", "raster", "numbers")

PAGE = """<!doctype html><meta charset="utf-8">
<body style="margin: 12px; background: {ground}; color: {ink}"><div id="here"></div>
<script type="module">
const state = {state};
for (const name of {bytes}) {{
  const text = atob(state[name]);
  state[name] = new DataView(Uint8Array.from(text, (letter) => letter.charCodeAt(0)).buffer);
}}
const listeners = new Map();
const model = {{
  get: (name) => state[name],
  set(name, value) {{
    state[name] = value;
    for (const [names, call] of [...listeners.values()].flat())
      if (names.split(" ").includes("change:" + name)) call();
  }},
  on(names, call) {{ listeners.set(call, [...(listeners.get(call) ?? []), [names, call]]); }},
  off(names, call) {{ listeners.delete(call); }},
  save_changes() {{ window.saved = (window.saved ?? 0) + 1; }},
  send() {{}},
}};
window.model = model;
const code = {code};
const script = new Blob([code], {{ type: "text/javascript" }});
const {{ default: widget }} = await import(URL.createObjectURL(script));
await widget.render({{ model, el: document.getElementById("here") }});
window.ready = true;
</script>"""


def page_of(canvas, dark=False):
    """Return the HTML of a page that shows a canvas, light or dark."""
    names = ("scene", "texts", "first", "second", "reached", "cross", "spoken")
    state = {name: getattr(canvas, name) for name in names if hasattr(canvas, name)}
    state |= {name: base64.b64encode(getattr(canvas, name)).decode() for name in BYTES}
    ground, ink = ("#111111", "#eeeeee") if dark else ("#ffffff", "#111111")
    return PAGE.format(
        state=json.dumps(state).replace("</", "<\\/"),
        bytes=json.dumps(BYTES),
        code=json.dumps(
            canvas._esm_text if hasattr(canvas, "_esm_text") else str(canvas._esm)
        ).replace("</", "<\\/"),
        ground=ground,
        ink=ink,
    )
