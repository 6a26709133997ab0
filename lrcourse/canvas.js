// Draws one frame of many: the background that stands still, and over it the marks of the frame
// that the sliders point at. Needs no kernel and no network once the model is here. A live canvas
// gets its frame anew from the kernel, tells it which one was drawn, and where the learner aims.

const FONT = "13px 'DejaVu Sans', system-ui, sans-serif";

async function render({ model, el }) {
  const page = lay_out(el, model.get("scene"));
  let scene = await load(model, {});
  const draw = () => {
    const frame = [model.get("first"), model.get("second")];
    say(page.text, model.get("texts")[frame[0] * scene.positions[1] + frame[1]]);
    if (el.clientWidth === 0) return; // hidden: keep the pixels, being shown again redraws
    fit(page.canvas, el, scene);
    draw_frame(page.canvas, scene, frame);
    if (scene.aim) draw_cross(page.canvas, scene, model.get("cross"));
    if (scene.live) acknowledge();
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
    scene = next;
    redraw();
  };
  let told = -Infinity; // the kernel waits for this: where nobody looks, nothing is computed
  const acknowledge = () => {
    if (scene.frame < told + TELL_EVERY) return;
    told = scene.frame;
    model.send({ drawn: told });
  };
  const resizes = new ResizeObserver(redraw);
  resizes.observe(el);
  window.addEventListener("resize", redraw);
  model.on("change:first change:second change:cross", redraw);
  model.on("change:scene", reload);
  if (scene.aim) take_aim(page.canvas, model, () => scene);
  return () => {
    cancelAnimationFrame(waiting);
    resizes.disconnect();
    window.removeEventListener("resize", redraw);
    model.off("change:first change:second change:cross", redraw);
    model.off("change:scene", reload);
  };
}

const TELL_EVERY = 15;

function say(element, words) {
  if (element.textContent !== words) element.textContent = words; // or it would be read out again
}

function lay_out(el, { width, height, description, aim }) {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", aim ? "application" : "img");
  canvas.setAttribute("aria-label", description);
  canvas.style.cssText = `display: block; width: 100%; max-width: ${width}px; aspect-ratio: ${width} / ${height};`;
  const text = document.createElement("div");
  text.setAttribute("role", "status");
  text.setAttribute("aria-live", "polite");
  text.style.cssText =
    `max-width: ${width}px; min-height: 3em; padding: 4px 0; line-height: 1.5;` +
    "font-size: var(--jp-content-font-size1, 14px); color: var(--jp-content-font-color1, inherit);";
  el.replaceChildren(canvas, text);
  return { canvas, text };
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
  const names = ["background", "photo", "raster"];
  const scene = model.get("scene");
  const bytes = Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const loaded = await Promise.all(names.map(image));
  const images = Object.fromEntries(names.map((name, i) => [name, loaded[i]]));
  return { ...scene, numbers, bytes, images };
}

function fit(canvas, el, scene) {
  const pixels = Math.round(Math.min(el.clientWidth, scene.width) * window.devicePixelRatio);
  if (canvas.width !== pixels) {
    canvas.width = pixels;
    canvas.height = Math.round((pixels * scene.height) / scene.width);
  }
}

function draw_frame(canvas, scene, frame) {
  const context = canvas.getContext("2d");
  const scale = canvas.width / scene.width;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.imageSmoothingQuality = "high";
  context.drawImage(scene.images.background, 0, 0, scene.width, scene.height);
  if (scene.photo) draw_photo(context, scene, frame);
  if (scene.images.raster) draw_raster(context, scene);
  for (const mark of scene.marks) {
    context.save();
    context.beginPath();
    context.rect(...mark.box);
    context.clip();
    draw_mark(context, mark, scene.numbers, frame);
    context.restore();
  }
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

function draw_photo(context, { photo, images, numbers }, frame) {
  const level = at(numbers, photo.level, frame)[0];
  const below = Math.min(Math.floor(level), photo.levels - 2);
  const height = images.photo.height / photo.levels;
  for (const [image, part] of [[below, 1], [below + 1, level - below]]) {
    context.globalAlpha = part;
    context.drawImage(images.photo, 0, image * height, images.photo.width, height, ...photo.box);
  }
  context.globalAlpha = 1;
}

function draw_raster(context, { images, raster }) {
  context.imageSmoothingEnabled = false; // a pixel is a run: nothing lies between two
  context.drawImage(images.raster, ...raster);
  context.imageSmoothingEnabled = true;
}

function draw_mark(context, mark, numbers, frame) {
  const shown = at(numbers, mark.shown, frame)[0];
  const x = at(numbers, mark.x, frame).subarray(0, shown);
  const y = at(numbers, mark.y, frame).subarray(0, shown);
  if (mark.dash) draw_line(context, mark, x, y);
  if (mark.marker) draw_markers(context, mark, x, y);
  const label = mark.labels.values[place(frame, mark.labels.shape)];
  if (label) draw_label(context, mark, x, y, label);
}

function draw_line(context, mark, x, y) {
  context.strokeStyle = mark.colour;
  context.lineWidth = mark.width;
  context.lineJoin = "round";
  context.setLineDash(mark.dash);
  context.beginPath();
  let drawing = false;
  for (let i = 0; i < x.length; i++) {
    const gap = Number.isNaN(x[i] + y[i]);
    if (!gap) drawing ? context.lineTo(x[i], y[i]) : context.moveTo(x[i], y[i]);
    drawing = !gap;
  }
  context.stroke();
}

const CORNERS = {
  s: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
  D: [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
  "^": [[0, -1.15], [1.15, 0.95], [-1.15, 0.95]],
  v: [[0, 1.15], [1.15, -0.95], [-1.15, -0.95]],
};

function draw_markers(context, mark, x, y) {
  const radius = mark.size / 2;
  context.fillStyle = mark.colour;
  context.strokeStyle = "white";
  context.lineWidth = 1;
  context.setLineDash([]);
  for (let i = 0; i < x.length; i++) {
    context.beginPath();
    if (mark.marker === "o") context.arc(x[i], y[i], radius, 0, 2 * Math.PI);
    else for (const [dx, dy] of CORNERS[mark.marker]) context.lineTo(x[i] + radius * dx, y[i] + radius * dy);
    context.closePath();
    context.fill();
    context.stroke();
  }
}

// Above the last point inside the panel, or beside it on the side with more room.
function draw_label(context, mark, x, y, label) {
  const [left, top, width, height] = mark.box;
  const inside = (i) => x[i] >= left && x[i] <= left + width && y[i] >= top && y[i] <= top + height;
  let last = x.length - 1;
  while (last >= 0 && !inside(last)) last--;
  if (last < 0) return;
  const side = mark.place === "above" ? "center" : x[last] > left + 0.6 * width ? "right" : "left";
  context.font = FONT;
  context.textAlign = side;
  context.textBaseline = "bottom";
  context.lineWidth = 3;
  context.setLineDash([]);
  context.strokeStyle = "white"; // a halo, so that a label stays readable over lines
  const spot = [x[last] + { left: 9, center: 0, right: -9 }[side], Math.max(y[last] - 5, top + 16)];
  context.strokeText(label, ...spot);
  context.fillStyle = mark.colour;
  context.fillText(label, ...spot);
}

// A cross at parts (across, up) of the box, and around it the square that would fill the box.
function draw_cross(canvas, { raster, aim }, [across, up]) {
  const context = canvas.getContext("2d");
  const [left, top, width, height] = raster;
  const [x, y] = [left + across * width, top + (1 - up) * height];
  const [w, h] = [width / aim / 2, height / aim / 2];
  context.save();
  context.beginPath();
  context.rect(...raster);
  context.clip();
  context.setLineDash([]);
  for (const [colour, thickness] of [["black", 4], ["white", 1.6]]) {
    context.strokeStyle = colour;
    context.lineWidth = thickness;
    context.beginPath();
    context.rect(x - w, y - h, 2 * w, 2 * h);
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      context.moveTo(x + 5 * dx, y + 5 * dy);
      context.lineTo(x + 14 * dx, y + 14 * dy);
    }
    context.stroke();
  }
  context.restore();
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const ORDERS = { Enter: "zoom", Backspace: "back", Escape: "stop" };
const STRIDE = 1 / 32;
const SMALL_STRIDE = 1 / 256; // with Shift

function take_aim(canvas, model, scene_now) {
  canvas.tabIndex = 0;
  canvas.style.cursor = "crosshair";
  canvas.setAttribute("data-lm-suppress-shortcuts", "true"); // or JupyterLab takes the arrows
  const put = (cross) => {
    model.set("cross", cross.map((part) => Math.min(Math.max(part, 0), 1)));
    model.save_changes();
  };
  canvas.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    const order = ORDERS[event.key];
    if (!arrow && !order) return;
    event.preventDefault();
    event.stopPropagation();
    const stride = event.shiftKey ? SMALL_STRIDE : STRIDE;
    if (arrow) put(model.get("cross").map((part, axis) => part + stride * arrow[axis]));
    else model.send({ order });
  });
  canvas.addEventListener("click", (event) => {
    const { raster, width } = scene_now();
    const scale = width / canvas.clientWidth;
    const across = (event.offsetX * scale - raster[0]) / raster[2];
    const up = 1 - (event.offsetY * scale - raster[1]) / raster[3];
    if (Math.min(across, up) < 0 || Math.max(across, up) > 1) return;
    put([across, up]);
    model.send({ order: "zoom" });
  });
}

export default { render };
