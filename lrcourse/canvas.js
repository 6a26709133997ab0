// Draws one frame of many: the background that stands still, and over it the marks of the frame
// that the sliders point at. Needs no kernel and no network once the model is here.

const FONT = "13px 'DejaVu Sans', system-ui, sans-serif";

async function render({ model, el }) {
  const page = lay_out(el, model.get("scene"));
  const scene = await load(model);
  const draw = () => {
    const frame = [model.get("first"), model.get("second")];
    page.text.textContent = model.get("texts")[frame[0] * scene.positions[1] + frame[1]];
    if (el.clientWidth === 0) return; // hidden: keep the pixels, being shown again redraws
    fit(page.canvas, el, scene);
    draw_frame(page.canvas, scene, frame);
  };
  let waiting = 0; // several changes before the next repaint make one drawing
  const redraw = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(draw);
  };
  const resizes = new ResizeObserver(redraw);
  resizes.observe(el);
  window.addEventListener("resize", redraw);
  model.on("change:first change:second", redraw);
  return () => {
    cancelAnimationFrame(waiting);
    resizes.disconnect();
    window.removeEventListener("resize", redraw);
    model.off("change:first change:second", redraw);
  };
}

function lay_out(el, { width, height, description }) {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
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

async function load(model) {
  const view = model.get("numbers");
  const start = view.byteOffset; // a copy, because float32 must start at a multiple of four
  const numbers = new Float32Array(view.buffer.slice(start, start + view.byteLength));
  const images = ["background", "photo"].map((name) =>
    model.get(name).byteLength ? createImageBitmap(new Blob([model.get(name)])) : null,
  );
  const [background, photo] = await Promise.all(images);
  return { ...model.get("scene"), numbers, background, photo_image: photo };
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
  context.drawImage(scene.background, 0, 0, scene.width, scene.height);
  if (scene.photo) draw_photo(context, scene, frame);
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

function draw_photo(context, { photo, photo_image, numbers }, frame) {
  const level = at(numbers, photo.level, frame)[0];
  const below = Math.min(Math.floor(level), photo.levels - 2);
  const height = photo_image.height / photo.levels;
  for (const [image, part] of [[below, 1], [below + 1, level - below]]) {
    context.globalAlpha = part;
    context.drawImage(photo_image, 0, image * height, photo_image.width, height, ...photo.box);
  }
  context.globalAlpha = 1;
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

export default { render };
