// A mark that moves sliders can be dragged: the pointer takes the frame whose mark is nearest. Arrow
// keys move it the way they point.

const REACH = 44; // pixels around a handle that a finger grabs

function add_handles(canvas, model, scene) {
  const handles = scene.marks.filter((mark) => mark.moves.length);
  if (!handles.length) return;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", `${canvas.getAttribute("aria-label")} The diamond can be dragged; arrow keys move it.`);
  const spot = (handle, frame) => place_of(canvas, scene, handle, frame);
  const take = (handle, point) => {
    const best = nearest(scene, handle, frame_of(model), (frame) => distance(spot(handle, frame), point));
    best.forEach((value, axis) => put(model, axis, value));
  };
  const under = (point) => handle_under(canvas, handles, point, (handle) => distance(spot(handle, frame_of(model)), point));
  let held = null;
  const close = (point) => {
    const handle = under(point);
    return handle && distance(spot(handle, frame_of(model)), point) < REACH ? handle : null;
  };
  canvas.addEventListener("touchstart", (event) => {
    const [touch] = event.touches; // a finger elsewhere scrolls the page, as ever
    if (event.touches.length === 1 && close(point_of(canvas, touch))) event.preventDefault();
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    const point = point_of(canvas, event);
    held = event.pointerType === "touch" ? close(point) : under(point);
    if (!held) return;
    canvas.setPointerCapture(event.pointerId);
    canvas.focus({ preventScroll: true });
    canvas.style.cursor = "grabbing";
    take(held, point);
  });
  canvas.addEventListener("pointermove", (event) => {
    const point = point_of(canvas, event);
    if (held) take(held, point);
    else canvas.style.cursor = under(point) ? "grab" : "";
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
    canvas.addEventListener(end, () => { held = null; canvas.style.cursor = ""; });
  canvas.addEventListener("click", (event) => { // a tap beside the handle
    const handle = under(point_of(canvas, event));
    if (handle && event.pointerType === "touch") take(handle, point_of(canvas, event));
  });
  canvas.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    event.stopPropagation();
    const [axis, value] = step_towards(scene, handles, frame_of(model), spot, arrow) ?? [];
    if (axis !== undefined) put(model, axis, value);
  });
}

function point_of(canvas, { clientX, clientY }) {
  const edges = canvas.getBoundingClientRect();
  return [clientX - edges.left, clientY - edges.top];
}

// Where the last point of a handle stands, in page pixels.
function place_of(canvas, scene, mark, frame) {
  const [left, top, width, height] = canvas.layout.boxes[mark.panel];
  const scale = canvas.clientWidth / canvas.layout.width;
  const last = at(scene.numbers, mark.shown, frame)[0] - 1;
  const x = at(scene.numbers, mark.x, frame)[last];
  const y = at(scene.numbers, mark.y, frame)[last];
  return [scale * (left + x * width), scale * (top + y * height)];
}

function distance([x, y], [u, v]) {
  return Math.hypot(x - u, y - v);
}

function handle_under(canvas, handles, [x, y], away) {
  const scale = canvas.clientWidth / canvas.layout.width;
  const inside = ({ panel }) => {
    const [left, top, width, height] = canvas.layout.boxes[panel].map((edge) => edge * scale);
    return x >= left - 8 && x <= left + width + 8 && y >= top - 8 && y <= top + height + 8;
  };
  return handles.filter(inside).sort((a, b) => away(a) - away(b))[0];
}

function nearest(scene, { moves }, now, away) {
  const values = (axis) => moves.includes(axis) ? [...Array(scene.positions[axis]).keys()] : [now[axis]];
  let best = now;
  let least = Infinity;
  for (const first of values(0))
    for (const second of values(1)) {
      const far = away([first, second]);
      if (far < least) [best, least] = [[first, second], far];
    }
  return best;
}

// The slider that takes a handle furthest the way the arrow points, and its next value.
function step_towards(scene, handles, frame, spot, [right, up]) {
  let best;
  let most = 1e-3;
  for (const handle of handles)
    for (const axis of handle.moves)
      for (const change of [1, -1]) {
        const next = [...frame];
        next[axis] += change;
        if (next[axis] < 0 || next[axis] >= scene.positions[axis]) continue;
        const [from, to] = [spot(handle, frame), spot(handle, next)];
        const along = (right * (to[0] - from[0]) - up * (to[1] - from[1])) / (distance(from, to) || 1);
        if (along > most + 1e-9) [best, most] = [[axis, next[axis]], along];
      }
  return best;
}
