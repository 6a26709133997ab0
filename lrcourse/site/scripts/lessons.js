// A lesson's code on its page: changed and run, after all that stands above it. What was changed is
// kept as it is typed.

const sources = document.getElementById("sources");
const LESSON = sources?.dataset.lesson;
const CELLS = JSON.parse(sources?.textContent ?? "[]"); // [id, code], in order

let ran = { python: null, cells: new Map() }; // id -> the code that this Python ran

function code_of(id, source) {
  return kept(`cell.${LESSON}.${id}`, source);
}

/** Run a cell, and before it what stands above it and has not run as it is now. */
async function run_with_all_above(id, say) {
  const started = await started_python();
  await with_more(started);
  if (ran.python !== started) ran = { python: started, cells: new Map() };
  const place = CELLS.findIndex(([each]) => each === id);
  for (const [number, [each, source]] of CELLS.slice(0, place + 1).entries()) {
    const code = code_of(each, source);
    if (each !== id && ran.cells.get(each) === code) continue;
    if (each !== id) say(`Running what stands above: cell ${number + 1} of ${place + 1}.`);
    const first = !ran.cells.size;
    ran.cells.set(each, code);
    const { html } = await tell_worker(started, { cell: { code, first } });
    if (each === id) return html;
  }
}

const ran_for = new Map(); // cell -> the code whose results it shows, where a reader ran it

/** Say so where what a cell shows is of other code than stands above it. */
function of_other_code(cell, source, text) {
  const shows = cell.querySelector(".output").innerText.trim() || cell.querySelector(".output img");
  return shows && text !== (ran_for.get(cell) ?? source) ? "What stands below was found before this change: Run finds it anew." : "";
}

function made_editor(cell, id, source) {
  const row = cell.querySelector(".buttons");
  const shown = cell.querySelector(".code");
  const area = Object.assign(document.createElement("textarea"), { spellcheck: false, id: `code-${id}`, value: code_of(id, source) });
  area.rows = source.split("\n").length + 1;
  const label = Object.assign(document.createElement("label"), { htmlFor: area.id, className: "hidden", textContent: "Code" });
  const button = (what, words) => Object.assign(document.createElement("button"), { type: "button", textContent: words, onclick: what });
  const said = document.createElement("p");
  said.className = "source";
  said.setAttribute("role", "status");
  const place = Object.assign(document.createElement("p"), { className: "source to-start", textContent: where_python_is("Run") });
  shown.hidden = true;
  shown.after(label, area);
  const run = () => run_cell(cell, id, source, said, [go, stop]);
  const changed = (text) => {
    const problem = keep(`cell.${LESSON}.${id}`, text);
    said.textContent = problem || of_other_code(cell, source, text);
  };
  const go = button(run, "Run");
  const stop = button(stop_python, "Stop");
  stop.hidden = true;
  const editor = editor_of(area, changed, run);
  const reset = button(() => {
    editor.set(source);
    changed(source);
  }, "Reset");
  row.replaceChildren(go, stop, reset);
  row.after(said, python_is_there() ? "" : place);
  said.textContent = of_other_code(cell, source, area.value);
  return editor;
}

async function run_cell(cell, id, source, said, [go, stop]) {
  const output = cell.querySelector(".output");
  if (!begins(go, stop)) return;
  said.textContent = python_is_there() ? "Running." : STARTING;
  try {
    const code = code_of(id, source);
    output.innerHTML = await run_with_all_above(id, (words) => { said.textContent = words; });
    ran_for.set(cell, code);
    said.textContent = output.hidden ? "It ran. What it found stands here once you have bet." : "It ran; what it found stands below.";
  } catch (error) {
    said.textContent = error.message;
  }
  ends(go, stop);
  reachable();
}

for (const cell of document.querySelectorAll("[data-cell]")) {
  const id = cell.dataset.cell;
  const [, source] = CELLS.find(([each]) => each === id);
  const change = cell.querySelector("[data-do=change]");
  if (code_of(id, source) !== source) made_editor(cell, id, source);
  else change?.addEventListener("click", () => made_editor(cell, id, source).focus());
}
