// Exercises on the page: an editor each, and what its buttons do. An answer is kept as it is typed.

const STARTING = "Python is starting.";

function answer_of(name, blank) {
  return kept(`answer.${name}`, blank);
}

function editor_of(area, changed, run) {
  const editor = { get: () => area.value, set: (text) => { area.value = text; }, focus: () => area.focus() };
  const better = async () => {
    await script("assets/editor.js");
    Object.assign(editor, lrcourse.editor(area, changed, run));
  };
  area.addEventListener("focus", () => {
    better().catch(() => {}); // or it stays a plain one
    if (SOURCE.here) started_python().catch(() => {}); // the check says what went wrong
  }, { once: true });
  area.addEventListener("input", () => changed(area.value));
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.shiftKey || event.ctrlKey)) return;
    event.preventDefault();
    run();
  });
  return editor;
}

function write_down(name, text, section) {
  const problem = keep(`answer.${name}`, text);
  if (problem) section.querySelector(".told").textContent = problem;
}

function keep_state(name, solved) {
  const states = kept("checks", {});
  keep("checks", { ...states, [name]: solved || states[name] === "solved" ? "solved" : "tried" });
  mark(name);
}

/** Say beside the title of an exercise how far it is. */
function mark(name) {
  const [sign, words] = STATES[kept("checks", {})[name]] ?? [];
  const title = document.getElementById(name);
  const place = title.querySelector(".state") ?? title.appendChild(Object.assign(document.createElement("small"), { className: "state" }));
  place.textContent = sign ? ` ${sign}${words}` : "";
}

/** Let a button begin what can be stopped: it keeps the focus, and says that it runs. */
function begins(button, stop) {
  if (button.ariaDisabled === "true") return false;
  button.ariaDisabled = "true";
  stop.hidden = false;
  return true;
}

function ends(button, stop) {
  if (document.activeElement === stop) button.focus();
  button.ariaDisabled = "false";
  stop.hidden = true;
}

function exercise(section) {
  const { name, hints } = facts(section);
  const area = section.querySelector("textarea");
  const blank = area.defaultValue;
  const part = (what) => section.querySelector(what);
  const told = part(".told");
  area.value = answer_of(name, blank);
  const editor = editor_of(area, (text) => write_down(name, text, section), () => part("[data-do=check]").click());
  let latest = null; // the check that may show its card
  const set = (text) => {
    editor.set(text);
    write_down(name, text, section);
    told.textContent = ""; // What was found, or will be, is of another answer.
    latest = null;
  };
  const before = () => {
    const old = kept(`before.${name}`, "");
    part(".before").hidden = !old;
    part(".before pre").textContent = old;
  };
  const show = ({ html, written, solved }, below = "") => {
    told.innerHTML = html + below;
    if (written) keep_state(name, solved);
  };
  const actions = {
    async check() {
      if (!begins(part("[data-do=check]"), part("[data-do=stop]"))) return;
      const mine = (latest = {});
      told.textContent = python_is_there() ? "Checking." : STARTING;
      try {
        const answer = { name, code: editor.get(), predicted: decided(name) };
        await ask_python(answer, (...found) => mine === latest && show(...found));
      } catch (error) {
        told.textContent = error.message;
      }
      ends(part("[data-do=check]"), part("[data-do=stop]"));
    },
    stop() { stop_python(); },
    hint() {
      const given = Math.min(kept(`hints.${name}`, 0) + 1, hints.length);
      keep(`hints.${name}`, given);
      const lines = hints.slice(0, given).map((hint, n) => `Hint ${n + 1} of ${hints.length}: ${hint}`);
      if (given === hints.length) lines.push("That was the last.");
      part(".hints").replaceChildren(...lines.map((line) => Object.assign(document.createElement("p"), { innerHTML: line })));
    },
    reset() {
      const now = editor.get();
      if (now === blank) return;
      keep(`before.${name}`, now);
      set(blank);
      before();
    },
    back() {
      set(kept(`before.${name}`, blank));
      keep(`before.${name}`, "");
      before();
    },
  };
  section.addEventListener("click", (event) => actions[event.target.dataset?.do]?.());
  part(".to-start").textContent = where_python_is("Check");
  before();
  mark(name);
  return { name, blank, get: () => editor.get(), replace(text) {
    if (editor.get() !== blank && editor.get() !== text) keep(`before.${name}`, editor.get());
    set(text);
    before();
  } };
}

const exercises = [...document.querySelectorAll(".exercise")].map(exercise);

function text_of(cell) {
  return [cell.source].flat().join("");
}

function cell_of(notebook, name) {
  const codes = notebook.cells.filter((cell) => cell.cell_type === "code");
  const defines = new RegExp(`^(?:def|class) ${name}\\b`, "m");
  return codes.find((cell) => cell.metadata?.lrcourse?.exercise === name) ?? codes.find((cell) => defines.test(text_of(cell)));
}

/** Return a blank notebook with the answers in it. */
function as_notebook(blanks) {
  const notebook = structuredClone(blanks);
  for (const { name, get } of exercises) {
    const cell = cell_of(notebook, name);
    if (cell) cell.source = get();
  }
  return JSON.stringify(notebook, null, 1) + "\n";
}

function save(name) {
  const blanks = JSON.parse(document.querySelector(`[data-blanks="${name}"]`).textContent);
  const file = new Blob([as_notebook(blanks)], { type: "application/x-ipynb+json" });
  Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name }).click();
}

function saving(section) {
  const said = section.querySelector(".said");
  section.addEventListener("click", ({ target }) => {
    if (target.dataset.do !== "save") return;
    save(target.dataset.name);
    said.textContent = `Saved as ${target.dataset.name}.`;
  });
  section.querySelector("input").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    try {
      const notebook = JSON.parse(await file.text());
      const there = exercises.filter(({ name }) => cell_of(notebook, name));
      for (const { name, replace } of there) replace(text_of(cell_of(notebook, name)));
      const names = there.map(({ name }) => name).join(", ");
      said.textContent = names ? `Read from ${file.name}: ${names}.` : `${file.name} has none of these exercises.`;
    } catch {
      said.textContent = `${file.name} is no notebook that can be read.`;
    }
  });
}

const keeping = document.querySelector(".keep");
if (keeping) saving(keeping);
