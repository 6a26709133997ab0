// A live map, the way from one window of it to the next, and the cross with which one aims, by keys too.

const GLIDE = 800; // milliseconds from one window to the next

// The map that another takes the place of, if it showed another window.
function left_behind(before, { window }) {
  if (String(before.window) === String(window)) return before.behind;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  return still || !before.window ? null : { raster: before.images.raster, window: before.window, since: performance.now() };
}

// On the way both maps are there, the narrower one in its frame on the wider one.
function draw_map(context, scene, { boxes }) {
  const part = scene.behind ? (performance.now() - scene.behind.since) / GLIDE : 1;
  if (part >= 1) scene.behind = null;
  const maps = [scene.behind, { raster: scene.images.raster, window: scene.window }].filter((map) => map?.raster);
  const view = scene.behind ? between(scene.behind.window, scene.window, part) : scene.window;
  context.save();
  context.beginPath();
  context.rect(...boxes[0]);
  context.clip();
  context.imageSmoothingEnabled = false; // a pixel is a run: nothing lies between two
  maps.sort((one, other) => across(other.window) - across(one.window)).forEach(({ raster, window }, i) => {
    const place = place_in(view, window, boxes[0]);
    context.drawImage(raster, ...place);
    if (i) outline(context, () => context.rect(...place));
  });
  context.restore();
}

function across([left, right]) {
  return right - left;
}

// A window on the way: it narrows by the same factor in each moment.
function between(from, to, part) {
  const [start, end] = [across(from), across(to)];
  const done = start === end ? part : (start * (end / start) ** part - start) / (end - start);
  return from.map((edge, i) => edge + done * (to[i] - edge));
}

function place_in([left, right, bottom, top], window, [x, y, width, height]) {
  const [scale, rise] = [width / (right - left), height / (top - bottom)];
  return [x + scale * (window[0] - left), y + rise * (top - window[3]), scale * across(window), rise * (window[3] - window[2])];
}

// A line that is seen on dark and on light.
function outline(context, draw) {
  context.setLineDash([]);
  for (const [colour, thickness] of [["black", 4], ["white", 1.6]]) {
    context.strokeStyle = colour;
    context.lineWidth = thickness;
    context.beginPath();
    draw();
    context.stroke();
  }
}

// A cross at parts (across, up) of the box, and around it the square that would fill the box.
function draw_cross(canvas, { aim }, { boxes }, [across, up]) {
  const context = canvas.getContext("2d");
  const [left, top, width, height] = boxes[0];
  const [x, y] = [left + across * width, top + (1 - up) * height];
  const [w, h] = [width / aim / 2, height / aim / 2];
  context.save();
  context.beginPath();
  context.rect(...boxes[0]);
  context.clip();
  outline(context, () => {
    context.rect(x - w, y - h, 2 * w, 2 * h);
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      context.moveTo(x + 5 * dx, y + 5 * dy);
      context.lineTo(x + 14 * dx, y + 14 * dy);
    }
  });
  context.restore();
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const ORDERS = { Enter: "zoom", Backspace: "back", Escape: "stop" };
const STRIDE = 1 / 32;
const SMALL_STRIDE = 1 / 256; // with Shift

function take_aim(canvas, model) {
  canvas.tabIndex = 0;
  canvas.style.cursor = "crosshair";
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
    const { boxes, width } = canvas.layout;
    const scale = width / canvas.clientWidth;
    const across = (event.offsetX * scale - boxes[0][0]) / boxes[0][2];
    const up = 1 - (event.offsetY * scale - boxes[0][1]) / boxes[0][3];
    if (Math.min(across, up) < 0 || Math.max(across, up) > 1) return;
    put([across, up]);
    model.send({ order: "zoom" });
  });
}

export default { render };
