// The cross with which one aims at a place of a live map, and its keys.

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
