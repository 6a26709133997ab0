// Draws a frame: a photograph, the background that stands still, and over it what moves.

const FONT = "'DejaVu Sans', system-ui, sans-serif";

function draw_frame(canvas, scene, layout, frame, colours) {
  const context = canvas.getContext("2d", { willReadFrequently: true }); // labels look where room is
  const scale = canvas.width / layout.width;
  const page = { layout, frame, ...colours };
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, layout.width, layout.height);
  context.imageSmoothingQuality = "high";
  if (scene.photo) draw_photo(context, scene, page);
  const background = scene.images[layout.background];
  if (background) {
    const image = colours.dark ? darkened(background) : background;
    context.drawImage(image, 0, 0, layout.width, layout.height);
    if (colours.dark) for (const panel of scene.kept ?? []) keep_bright(context, background, layout, panel);
  }
  if (scene.images.raster) draw_map(context, scene, layout);
  for (const mark of scene.marks) {
    context.save();
    context.beginPath();
    context.rect(...layout.boxes[mark.panel].map((edge, i) => edge + (mark.moves.length ? [-9, -9, 18, 18][i] : 0)));
    context.clip();
    draw_mark(context, mark, scene.numbers, page);
    context.restore();
  }
  for (const mark of scene.marks) draw_label(context, mark, scene.numbers, page);
}

// On a dark page light and dark change places, and every hue stays what it is.
function flipped(red, green, blue) {
  const other = 255 - Math.max(red, green, blue) - Math.min(red, green, blue);
  return [red + other, green + other, blue + other];
}

const DARKENED = new WeakMap();

function darkened(image) {
  if (DARKENED.has(image)) return DARKENED.get(image);
  const copy = new OffscreenCanvas(image.width, image.height);
  const context = copy.getContext("2d");
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, image.width, image.height);
  for (let i = 0; i < pixels.data.length; i += 4)
    if (pixels.data[i + 3]) pixels.data.set(flipped(...pixels.data.subarray(i, i + 3)), i);
  context.putImageData(pixels, 0, 0);
  DARKENED.set(image, copy);
  return copy;
}

// In a map bright means something, on a dark page too.
function keep_bright(context, image, { width, boxes }, panel) {
  const sharpness = image.width / width;
  context.drawImage(image, ...boxes[panel].map((edge) => edge * sharpness), ...boxes[panel]);
}

const YOU = "#D6408F";

function shade(colour, { dark }) {
  if (!dark || colour === YOU || !colour.startsWith("#")) return colour;
  const rgb = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
  return `rgb(${flipped(...rgb).join(", ")})`;
}

function draw_photo(context, { photo, images, numbers }, { layout, frame }) {
  const level = at(numbers, photo.level, frame)[0];
  const below = Math.max(0, Math.min(Math.floor(level), photo.levels - 2));
  const height = images.photo.height / photo.levels;
  for (const [image, part] of [[below, 1], [below + 1, level - below]]) {
    if (!(part > 0)) continue;
    context.globalAlpha = part;
    context.drawImage(images.photo, 0, image * height, images.photo.width, height, ...layout.boxes[photo.panel]);
  }
  context.globalAlpha = 1;
}

function points_of(mark, numbers, { layout, frame }) {
  const [left, top, width, height] = layout.boxes[mark.panel];
  const shown = at(numbers, mark.shown, frame)[0];
  const x = at(numbers, mark.x, frame).subarray(0, shown).map((part) => left + part * width);
  const y = at(numbers, mark.y, frame).subarray(0, shown).map((part) => top + part * height);
  return [x, y];
}

function draw_mark(context, mark, numbers, page) {
  const [x, y] = points_of(mark, numbers, page);
  const colour = shade(mark.colour, page);
  if (mark.fill) draw_area(context, mark, x, y, colour);
  if (mark.dash) draw_line(context, mark, x, y, colour);
  if (mark.marker) draw_markers(context, mark, x, y, colour, mark.moves.length ? "white" : page.ground);
  if (mark.leaves) draw_exit(context, page.layout.boxes[mark.panel], x, y, page);
}

function draw_line(context, mark, x, y, colour) {
  context.strokeStyle = colour;
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

function draw_area(context, mark, x, y, colour) {
  context.globalAlpha = mark.fill;
  context.fillStyle = colour;
  context.beginPath();
  for (let i = 0; i < x.length; i++) context.lineTo(x[i], y[i]);
  context.fill();
  context.globalAlpha = 1;
}

const CORNERS = {
  s: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
  D: [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
  "^": [[0, -1.15], [1.15, 0.95], [-1.15, 0.95]],
  v: [[0, 1.15], [1.15, -0.95], [-1.15, -0.95]],
  "<": [[-1.15, 0], [0.95, 1.15], [0.95, -1.15]],
  ">": [[1.15, 0], [-0.95, 1.15], [-0.95, -1.15]],
  X: [[-1, -0.6], [-0.6, -1], [0, -0.4], [0.6, -1], [1, -0.6], [0.4, 0], [1, 0.6], [0.6, 1], [0, 0.4], [-0.6, 1], [-1, 0.6], [-0.4, 0]],
};

function draw_markers(context, mark, x, y, colour, rim) {
  const radius = mark.size / 2;
  context.fillStyle = colour;
  context.strokeStyle = rim;
  context.lineWidth = mark.moves.length ? 2 : 1;
  context.setLineDash([]);
  for (let i = 0; i < x.length; i++) {
    if (Number.isNaN(x[i] + y[i])) continue;
    context.beginPath();
    if (mark.marker === "o") context.arc(x[i], y[i], radius, 0, 2 * Math.PI);
    else for (const [dx, dy] of CORNERS[mark.marker]) context.lineTo(x[i] + radius * dx, y[i] + radius * dy);
    context.closePath();
    context.fill();
    context.stroke();
  }
}

// A run that has left the picture is shown where it left: a triangle points after it.
function draw_exit(context, [left, top, width, height], x, y, page) {
  const over = (i) => x[i] < left - 1 || x[i] > left + width + 1 || y[i] < top - 1 || y[i] > top + height + 1;
  const last = x.length - 1;
  if (last < 0 || !(over(last) || Number.isNaN(x[last] + y[last]))) return;
  let out = last;
  while (out > 0 && (over(out - 1) || Number.isNaN(x[out - 1] + y[out - 1]))) out--;
  if (!over(out)) return;
  const spot = [Math.min(Math.max(x[out], left + 7), left + width - 7), Math.min(Math.max(y[out], top + 7), top + height - 7)];
  const marker = y[out] < top ? "^" : y[out] > top + height ? "v" : x[out] < left ? "<" : ">";
  draw_markers(context, { marker, size: 12, moves: [] }, [spot[0]], [spot[1]], shade("#D55E00", page), page.ground);
}

// At the last point inside the panel, on the side where it covers least.
function draw_label(context, mark, numbers, page) {
  const label = mark.labels.values[place(page.frame, mark.labels.shape)];
  const [left, top, width, height] = page.layout.boxes[mark.panel];
  const [x, y] = points_of(mark, numbers, page);
  const inside = (i) => x[i] >= left - 1 && x[i] <= left + width + 1 && y[i] >= top - 1 && y[i] <= top + height + 1;
  let last = x.length - 1;
  while (last >= 0 && !inside(last)) last--;
  if (!label || last < 0) return;
  const high = Math.max(13, 10.5 / page.layout.scale);
  context.font = `${mark.moves.length ? "bold " : ""}${high}px ${FONT}`;
  const wide = context.measureText(label).width;
  const away = mark.marker ? mark.size / 2 + 4 : 5;
  const spots = sides_of(mark.place, x[last] > left + 0.6 * width).map(([across, down]) => [
    within(x[last] + across * (wide / 2 + 2 + mark.size), left + 2 + wide / 2, left + width - 2 - wide / 2),
    within(y[last] + down * (high / 2 + away), top + 3 + high / 2, top + height - 2 - high / 2),
  ]);
  let [spot, least] = [null, Infinity];
  for (const each of spots) {
    const here = least > ENOUGH ? written_over(context, each, wide, high) : least;
    if (here < 0.7 * least) [spot, least] = [each, here];
  }
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 3;
  context.setLineDash([]);
  context.strokeStyle = page.ground; // a halo, so that a label stays readable over lines
  context.strokeText(label, ...spot);
  context.fillStyle = shade(mark.colour, page);
  context.fillText(label, ...spot);
}

function within(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

// Where a label can stand, [across, down] from its point: first where it is meant to.
function sides_of(meant, roomy) {
  const [u, v] = { above: [0, -1], below: [0, 1], left: [-1, -1], right: [1, -1] }[meant] ?? [roomy ? -1 : 1, -1];
  const sides = [[-1, -1], [-1, 0], [-1, 1], [0, -1], [0, 1], [1, -1], [1, 0], [1, 1]];
  const strange = ([across, down]) => 2 * Math.abs(across - u) + Math.abs(down - v);
  return sides.sort((one, other) => strange(one) - strange(other));
}

const ENOUGH = 3; // page pixels that nobody misses

// How many page pixels around a spot are not of the ground: none where it is even.
function written_over(context, [x, y], wide, high) {
  const { a: scale } = context.getTransform();
  const { data } = context.getImageData(...[x - wide / 2, y - high / 2, wide, high].map((edge) => scale * edge));
  const sums = [0, 0, 0, 0];
  for (let i = 0; i < data.length; i++) {
    if (i % 4 < 3) data[i] *= data[i - (i % 4) + 3] / 255; // a pale tint is hardly seen
    sums[i % 4] += data[i];
  }
  const [r, g, b, alpha] = sums.map((sum) => (4 * sum) / data.length);
  let count = 0;
  for (let i = 0; i < data.length; i += 4)
    if (Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b) + Math.abs(data[i + 3] - alpha) > 90) count++;
  return count / scale ** 2;
}
