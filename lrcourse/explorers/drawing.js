// Draws a frame: a photograph, the background that stands still, and over it what moves.

const FONT = "'DejaVu Sans', system-ui, sans-serif";

function draw_frame(canvas, scene, layout, frame, colours) {
  const context = canvas.getContext("2d");
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
  if (scene.images.raster) draw_raster(context, scene, layout);
  for (const mark of scene.marks) {
    context.save();
    context.beginPath();
    context.rect(...layout.boxes[mark.panel].map((edge, i) => edge + (mark.moves.length ? [-9, -9, 18, 18][i] : 0)));
    context.clip();
    draw_mark(context, mark, scene.numbers, page);
    context.restore();
  }
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

function draw_raster(context, { images }, { boxes }) {
  context.imageSmoothingEnabled = false; // a pixel is a run: nothing lies between two
  context.drawImage(images.raster, ...boxes[0]);
  context.imageSmoothingEnabled = true;
}

function draw_mark(context, mark, numbers, page) {
  const [left, top, width, height] = page.layout.boxes[mark.panel];
  const shown = at(numbers, mark.shown, page.frame)[0];
  const x = at(numbers, mark.x, page.frame).subarray(0, shown).map((part) => left + part * width);
  const y = at(numbers, mark.y, page.frame).subarray(0, shown).map((part) => top + part * height);
  const colour = shade(mark.colour, page);
  if (mark.fill) draw_area(context, mark, x, y, colour);
  if (mark.dash) draw_line(context, mark, x, y, colour);
  if (mark.marker) draw_markers(context, mark, x, y, colour, mark.moves.length ? "white" : page.ground);
  if (mark.leaves) draw_exit(context, [left, top, width, height], x, y, page);
  const label = mark.labels.values[place(page.frame, mark.labels.shape)];
  if (label) draw_label(context, mark, [left, top, width, height], x, y, label, colour, page);
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

// At the last point inside the panel.
function draw_label(context, mark, [left, top, width, height], x, y, label, colour, { layout, ground }) {
  const inside = (i) => x[i] >= left - 1 && x[i] <= left + width + 1 && y[i] >= top - 1 && y[i] <= top + height + 1;
  let last = x.length - 1;
  while (last >= 0 && !inside(last)) last--;
  if (last < 0) return;
  const roomy = x[last] > left + 0.6 * width ? "right" : "left"; // which end of the words is there
  const side = { above: "center", below: "center", left: "right", right: "left" }[mark.place] ?? roomy;
  const size = Math.max(13, 10.5 / layout.scale);
  context.font = `${mark.moves.length ? "bold " : ""}${size}px ${FONT}`;
  context.textAlign = side;
  context.textBaseline = mark.place === "below" ? "top" : "bottom";
  context.lineWidth = 3;
  context.setLineDash([]);
  context.strokeStyle = ground; // a halo, so that a label stays readable over lines
  const gap = 2 + mark.size;
  const below = mark.place === "below" ? Math.min(y[last] + 9, top + height - size - 2) : null;
  const spot = [x[last] + { left: gap, center: 0, right: -gap }[side], below ?? Math.max(y[last] - 5, top + size + 3)];
  const wide = context.measureText(label).width;
  const from = spot[0] - { left: 0, center: wide / 2, right: wide }[side];
  spot[0] += Math.max(0, left + 2 - from) - Math.max(0, from + wide - left - width + 2); // all of it is seen
  context.strokeText(label, ...spot);
  context.fillStyle = colour;
  context.fillText(label, ...spot);
}
