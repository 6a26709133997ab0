// Explorers on the page: the script that JupyterLab runs, over frames that come as a file when one
// scrolls near them.

function model_of(state, name) {
  state.reached = kept(`goal.${name}`, false);
  for (const bytes of ["background", "narrow", "photo", "raster", "numbers"])
    state[bytes] = new DataView(bytes_of(state[bytes]).buffer);
  const listeners = new Map();
  return {
    get: (trait) => state[trait],
    set(trait, value) {
      state[trait] = value;
      if (trait === "reached") keep(`goal.${name}`, value);
      for (const [names, call] of [...listeners.values()].flat())
        if (names.split(" ").includes(`change:${trait}`)) call();
    },
    on: (names, call) => listeners.set(call, [...(listeners.get(call) ?? []), [names, call]]),
    off: (names, call) => listeners.delete(call),
    save_changes() {},
    send() {},
  };
}

function bytes_of(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

async function show_explorer(el) {
  const name = el.dataset.explorer;
  lrcourse.explorers[name] = async (state) => {
    const widget = (await module(lrcourse.modules.explorer)).default;
    await widget.render({ model: model_of(state, name), el });
    el.dataset.ready = "true";
  };
  await script(`explorers/${name}.js`).catch((error) => { el.textContent = error.message; });
}

const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    show_explorer(target);
  }
}, { rootMargin: "800px" });
for (const el of document.querySelectorAll(".explorer")) near.observe(el);
