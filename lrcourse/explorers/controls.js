// Sliders, names side by side, numbers that can be typed, and a button that plays the steps.

const TRAITS = ["first", "second"];
const BEAT = 90; // milliseconds from one step to the next

function put(model, axis, value) {
  if (model.get(TRAITS[axis]) === value) return;
  model.set(TRAITS[axis], value);
  model.save_changes();
}

function add_controls(page, model, scene) {
  const rows = scene.sliders.map((slider, axis) => make_row(slider, (value) => put(model, axis, value)));
  const aligned = (i) => (scene.sliders[i].ends ? 1 : 0); // nearest to the axis it runs along
  page.rows.append(...rows.map((row) => row.element).sort((a, b) =>
    aligned(rows.findIndex((r) => r.element === a)) - aligned(rows.findIndex((r) => r.element === b))));
  const axis = scene.sliders.findIndex((slider) => slider.plays);
  const player = axis < 0 ? null : make_player(model, axis, scene.sliders[axis].labels.length);
  if (player) {
    rows[axis].element.append(player.button);
    for (const part of [page.rows, page.canvas])
      part.addEventListener("keydown", (event) => {
        if (event.key !== " " || ["BUTTON", "INPUT"].includes(event.target.tagName) && event.target.type !== "range") return;
        event.preventDefault();
        player.toggle();
      });
  }
  return {
    stop: () => player?.stop(),
    show(frame, layout, canvas) {
      rows.forEach((row, i) => {
        row.show(frame[i]);
        if (scene.sliders[i].ends) row.align(layout, canvas, scene.sliders[i]);
      });
    },
  };
}

function make_row(slider, choose) {
  const element = made("div", "display: flex; flex-wrap: wrap; align-items: center; gap: 2px 10px;");
  const title = made("span", "flex: 0 0 7em;");
  title.textContent = slider.title;
  const control = slider.names ? make_names(slider, choose) : make_range(slider, choose);
  element.append(title, ...control.parts);
  if (slider.ends) element.append(made("span", "flex-basis: 100%; order: 2;")); // a line of its own
  return { element, ...control };
}

function make_range(slider, choose) {
  const last = slider.labels.length - 1;
  const range = made("input", `flex: 1 1 8em; min-width: 0; margin: 0; height: 28px; accent-color: ${YOU};`, {
    type: "range", min: 0, max: last, step: 1, "aria-label": slider.title, class: "lrcourse-slider",
  });
  range.addEventListener("input", () => choose(Number(range.value)));
  const readout = make_readout(slider, choose);
  return {
    parts: [range, readout],
    show(value) {
      range.value = value;
      range.setAttribute("aria-valuetext", slider.labels[value]);
      if (readout.value !== slider.labels[value]) readout.value = slider.labels[value];
    },
    align(layout, canvas, { axis, ends }) {
      const [left, , width] = layout.boxes[axis];
      const scale = canvas.clientWidth / layout.width;
      const [from, to] = ends.map((part) => scale * (left + part * width));
      range.style.order = 3; // below its title and its number, above the axis
      range.style.flex = "none";
      range.style.marginLeft = `${from - 8}px`; // the thumb is 16 pixels wide
      range.style.width = `${to - from + 16}px`;
    },
  };
}

// What is typed counts: the nearest position that it can mean; other words are put back.
function make_readout(slider, choose) {
  const numbers = slider.labels.map(number_in);
  const typed = numbers.every(Number.isFinite);
  const wide = Math.max(...slider.labels.map((label) => label.length));
  const readout = made("input", TEXT + `flex: none; width: ${wide + 1.5}ch; box-sizing: content-box;` +
    "border: 1px solid transparent; background: transparent; padding: 0 4px;" +
    (typed ? "border-color: rgba(128, 128, 128, 0.4); border-radius: 3px;" : ""),
    { type: "text", "aria-label": `${slider.title}, as a number`, class: "lrcourse-readout" });
  if (!typed) {
    readout.readOnly = true;
    readout.tabIndex = -1;
    readout.setAttribute("aria-hidden", "true");
  }
  let shown = "";
  readout.addEventListener("focus", () => { shown = readout.value; readout.select(); });
  readout.addEventListener("change", () => {
    const wanted = number_in(readout.value);
    const distances = numbers.map((number) => Math.abs(number - wanted));
    const best = distances.indexOf(Math.min(...distances));
    readout.value = best < 0 ? shown : slider.labels[best];
    if (best >= 0) choose(best);
  });
  return readout;
}

const EXPONENTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function number_in(words) {
  const plain = words.trim().replace("−", "-").replace(/^(?:1|([\d.]+)) ?[×·] ?10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)|^10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/,
    (_, digits, minus, power, minus_alone, power_alone) => {
      const exponent = [...(power ?? power_alone)].map((digit) => EXPONENTS.indexOf(digit)).join("");
      return `${digits ?? 1}e${minus || minus_alone ? "-" : ""}${exponent}`;
    });
  return /^[-+]?[\d.]/.test(plain) ? parseFloat(plain) : NaN;
}

function make_names(slider, choose) {
  const group = made("span", "display: flex; flex-wrap: wrap; gap: 2px 12px;", {
    role: "radiogroup", "aria-label": slider.title, class: "lrcourse-names",
  });
  const name = `lrcourse-${Math.random()}`; // a group of radio buttons has a name of its own
  const radios = slider.labels.map((label, value) => {
    const box = made("label", "display: inline-flex; align-items: center; gap: 4px; cursor: pointer;");
    const radio = made("input", `margin: 0; accent-color: ${YOU};`, { type: "radio", name });
    radio.addEventListener("change", () => choose(value));
    box.append(radio, label);
    group.append(box);
    return radio;
  });
  return { parts: [group], show: (value) => { radios[value].checked = true; }, align() {} };
}

function make_player(model, axis, count) {
  const button = made("button", "flex: none; width: 3em; padding: 0; line-height: 1; white-space: nowrap; cursor: pointer;", { type: "button" });
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let timer = 0;
  const show = () => { 
    button.textContent = timer ? "❚❚" : "▶";
    button.setAttribute("aria-label", timer ? "Pause" : "Play");
    button.title = "Space bar";
  };
  const stop = () => { clearInterval(timer); timer = 0; show(); };
  const move = () => {
    const next = model.get(TRAITS[axis]) + 1;
    if (next < count) put(model, axis, next);
    if (next >= count - 1) stop();
  };
  const toggle = () => {
    if (timer) return stop();
    if (still.matches) return put(model, axis, count - 1); // no motion: where it ends
    if (model.get(TRAITS[axis]) === count - 1) put(model, axis, 0);
    timer = setInterval(move, BEAT);
    show();
  };
  button.addEventListener("click", toggle);
  show();
  return { button, stop, toggle };
}
