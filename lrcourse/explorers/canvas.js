// An explorer in a page: the goal, the sliders, the canvas and the words of one frame of many. Needs
// no kernel and no network once the model is here. A live canvas gets its frame anew from the
// kernel, tells it which one was drawn, and where the learner aims.

async function render({ model, el }) {
  const page = lay_out(el, model.get("scene"));
  let scene = await load(model, {});
  const draw = () => {
    if (el.clientWidth === 0) return; // hidden: keep the pixels, being shown again redraws
    const frame = frame_of(model);
    const layout = fit(page.canvas, scene);
    say(page.text, model.get("texts")[frame[0] * scene.positions[1] + frame[1]]);
    const colours = colours_of(el);
    draw_frame(page.canvas, scene, layout, frame, colours);
    if (scene.behind) redraw();
    else if (scene.aim) draw_cross(page.canvas, scene, layout, model.get("cross"));
    page.controls?.show(frame, layout, page.canvas);
    if (scene.goal) tick(page.goal, model, scene, frame);
    if (!scene.live) return;
    say(page.spoken, model.get("spoken"));
    acknowledge();
  };
  let waiting = 0; // several changes before the next repaint make one drawing
  const redraw = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(draw);
  };
  let loads = 0;
  const reload = async () => {
    const turn = ++loads;
    const next = await load(model, scene);
    if (turn !== loads) return; // a later one is on its way
    scene = { ...next, behind: left_behind(scene, next) };
    redraw();
  };
  let told = -Infinity; // the kernel waits for this: where nobody looks, nothing is computed
  const acknowledge = () => {
    if (scene.frame < told + TELL_EVERY) return;
    told = scene.frame;
    model.send({ drawn: told });
  };
  if (scene.sliders) {
    page.controls = add_controls(page, model, scene);
    add_handles(page.canvas, model, scene);
  }
  if (scene.aim) take_aim(page.canvas, model);
  const resizes = new ResizeObserver(redraw);
  resizes.observe(el);
  const theme = new MutationObserver(redraw); // JupyterLab and Sphinx say there which one it is
  for (const node of [document.body, document.documentElement]) theme.observe(node, { attributes: true });
  const daylight = window.matchMedia("(prefers-color-scheme: dark)");
  daylight.addEventListener("change", redraw);
  window.addEventListener("resize", redraw);
  model.on("change:first change:second change:cross", redraw);
  model.on("change:scene", reload);
  redraw();
  return () => {
    cancelAnimationFrame(waiting);
    page.controls?.stop();
    resizes.disconnect();
    theme.disconnect();
    daylight.removeEventListener("change", redraw);
    window.removeEventListener("resize", redraw);
    model.off("change:first change:second change:cross", redraw);
    model.off("change:scene", reload);
  };
}

const TELL_EVERY = 15;
const WIDEST = 1200; // page pixels: higher than a screen is of no use

function frame_of(model) {
  return [model.get("first"), model.get("second")];
}

function say(element, words) {
  if (element.textContent !== words) element.textContent = words; // or it would be read out again
}

function made(kind, styles, attributes = {}) {
  const element = document.createElement(kind);
  element.style.cssText = styles;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (["input", "button", "canvas"].includes(kind)) // or JupyterLab takes the keys of what has focus
    element.setAttribute("data-lm-suppress-shortcuts", "true");
  return element;
}

const TEXT =
  "font-family: var(--jp-content-font-family, system-ui, sans-serif); line-height: 1.5;" +
  "font-size: var(--jp-content-font-size1, 14px); color: var(--jp-content-font-color1, inherit);";

const HIDDEN = "position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);";

function lay_out(el, { description, aim, goal, sliders, live }) {
  const page = {
    goal: made("div", TEXT + "padding: 2px 0; font-weight: 600;"),
    rows: made("div", TEXT + "display: flex; flex-direction: column; gap: 2px;"),
    canvas: made("canvas", "display: block; width: 100%; touch-action: pan-y pinch-zoom;", {
      role: aim ? "application" : "img",
      "aria-label": description,
    }),
    text: made("div", TEXT + "min-height: 3em; padding: 4px 0;", live ? { "aria-hidden": "true" } : {}),
    spoken: made("div", HIDDEN),
  };
  const aloud = live ? page.spoken : page.text; // what changes in every frame cannot be read out
  aloud.setAttribute("role", "status");
  aloud.setAttribute("aria-live", "polite");
  el.style.maxWidth = `${WIDEST}px`;
  el.style.overflowX = "auto";
  const parts = [goal && page.goal, sliders && page.rows, page.canvas, page.text, live && page.spoken];
  el.replaceChildren(...parts.filter(Boolean));
  return page;
}

async function load(model, before) {
  const view = model.get("numbers");
  const start = view.byteOffset; // a copy, because float32 must start at a multiple of four
  const numbers = new Float32Array(view.buffer.slice(start, start + view.byteLength));
  const image = (name) => {
    const bytes = model.get(name);
    if (before.bytes?.[name] === bytes) return before.images[name];
    return bytes.byteLength ? createImageBitmap(new Blob([bytes])) : null;
  };
  const names = ["background", "narrow", "photo", "raster"];
  const bytes = Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const loaded = await Promise.all(names.map(image));
  const images = Object.fromEntries(names.map((name, i) => [name, loaded[i]]));
  return { ...model.get("scene"), numbers, bytes, images };
}

// The wide layout, or the narrow one where the wide one's letters would be too small to read. Where
// there is less room than the narrow one needs, one scrolls.
const SMALLEST = 0.76;

function fit(canvas, scene) {
  canvas.style.minWidth = `${Math.ceil(SMALLEST * scene.layouts.at(-1).width)}px`;
  const width = canvas.clientWidth;
  const narrow = scene.layouts.length > 1 && width < SMALLEST * scene.layouts[0].width;
  const layout = scene.layouts[narrow ? 1 : 0];
  canvas.style.aspectRatio = `${layout.width} / ${layout.height}`;
  const pixels = Math.round(width * window.devicePixelRatio);
  const lines = Math.round((pixels * layout.height) / layout.width);
  if (canvas.width !== pixels || canvas.height !== lines) {
    canvas.width = pixels;
    canvas.height = lines;
  }
  canvas.layout = layout;
  return { ...layout, scale: width / layout.width, background: narrow ? "narrow" : "background" };
}

// An axis of length 1 serves every position of its slider.
function place([first, second], shape) {
  return (shape[0] > 1 ? first : 0) * shape[1] + (shape[1] > 1 ? second : 0);
}

function at(numbers, { from, shape }, frame) {
  const length = shape[2] ?? 1;
  const start = from + place(frame, shape) * length;
  return numbers.subarray(start, start + length);
}

function tick(element, model, { goal, numbers }, frame) {
  const here = at(numbers, goal.reached, frame)[0] > 0;
  if (here && !model.get("reached")) {
    model.set("reached", true);
    model.save_changes();
  }
  const done = model.get("reached");
  say(element, `${done ? "✓" : "○"} Goal: ${goal.words}${done ? " (reached)" : ""}`);
}

// A page is dark where the first ground below the picture is.
function colours_of(el) {
  let node = el;
  while (node) {
    const [r, g, b, alpha = 1] = getComputedStyle(node).backgroundColor.match(/[\d.]+/g).map(Number);
    if (alpha > 0) return { dark: r + g + b < 384, ground: `rgb(${r}, ${g}, ${b})` };
    node = node.parentElement ?? node.getRootNode().host;
  }
  return { dark: false, ground: "white" };
}
