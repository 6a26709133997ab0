// One question on a page: draws it, takes a bet, shows the result. It keeps nothing itself:
// read() returns { choice, sure, shown, result }, write(record) stores a bet or a wish to be shown,
// so that JupyterLab and a page without Python use the same file.

const STYLE = `
.lrcourse-question { box-sizing: border-box; max-width: 48em; margin: 4px 0; padding: 8px 14px; line-height: 1.5;
  overflow-wrap: anywhere; border: 1px solid var(--jp-border-color1, #bdbdbd); border-radius: 4px;
  border-left: 4px solid var(--jp-brand-color1, #1976d2);
  font-family: var(--jp-content-font-family, system-ui, sans-serif); font-size: var(--jp-content-font-size1, 14px);
  color: var(--jp-content-font-color1, #212121); background: var(--jp-layout-color1, #fff); }
.lrcourse-question p { margin: 0 0 6px; }
.lrcourse-question blockquote { margin: 0 0 6px; padding-left: 10px; border-left: 3px solid currentColor; }
.lrcourse-question label { display: flex; gap: 8px; align-items: baseline; padding: 2px 4px; border-radius: 3px; cursor: pointer; }
.lrcourse-question label.chosen { background: var(--jp-layout-color2, #eee); outline: 1px solid currentColor; }
.lrcourse-question input[type=radio] { flex: none; margin: 0; width: auto; accent-color: var(--jp-brand-color1, #1976d2); }
.lrcourse-question textarea { box-sizing: border-box; width: 100%; min-height: 3.2em; padding: 4px 6px; font: inherit;
  color: inherit; background: var(--jp-layout-color0, #fff); border: 1px solid var(--jp-border-color1, #bdbdbd); }
.lrcourse-question :focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: 1px; }
.lrcourse-question .row { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; margin-top: 6px; }
.lrcourse-question button { padding: 3px 12px; font: inherit; color: inherit; cursor: pointer; border-radius: 3px;
  background: var(--jp-layout-color2, #eee); border: 1px solid var(--jp-border-color1, #9e9e9e); }
.lrcourse-question button[type=submit] { color: #fff; background: #1565c0; border-color: #1565c0; }
.lrcourse-question [role=status] { margin-top: 6px; }
.lrcourse-question [role=status]:empty, .lrcourse-question [hidden] { display: none; }
`;

const UNHEARD = "One moment. If this stays, nobody heard you: run this cell (Shift+Enter), then say it again.";

let made = 0;

function element(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

function words(html) {
  return element("span", { innerHTML: html });
}

function radios(name, labelled, options) {
  const group = element("div");
  group.setAttribute("role", "radiogroup");
  group.setAttribute(...labelled);
  for (const [value, html] of options) {
    const input = element("input", { type: "radio", name, value, required: true });
    group.append(element("label", {}, input, words(html)));
  }
  return group;
}

function form_of(facts, number) {
  const text = element("div", { innerHTML: facts.text, id: `lrcourse-question-${number}` });
  const labelled = ["aria-labelledby", text.id];
  const choices = Object.entries(facts.choices).map(([name, html]) => [name, `<b>${name}</b> ${html}`]);
  const answer = choices.length
    ? radios(`choice-${number}`, labelled, choices)
    : element("textarea", { required: true, placeholder: "What do you expect?" });
  if (!choices.length) answer.setAttribute(...labelled);
  const levels = facts.levels.map((level) => [String(level), `${level} %`]);
  const sure = radios(`sure-${number}`, ["aria-label", "How sure are you?"], levels);
  sure.className = "row";
  const bet = element("button", { type: "submit", textContent: "Bet" });
  const without = element("button", { type: "button", textContent: "Show me without a bet" });
  const asking = element("div", {}, element("div", { className: "row" }, "How sure are you?", sure));
  asking.append(element("div", { className: "row" }, bet, without));
  const status = element("div");
  status.setAttribute("role", "status");
  status.tabIndex = -1;
  const form = element("form", { className: "lrcourse-question" }, element("style", { textContent: STYLE }));
  form.append(text, answer, asking, status);
  return { form, answer, asking, sure, bet, without, status };
}

function chosen(group) {
  return group.tagName === "TEXTAREA" ? group.value.trim() : group.querySelector("input:checked")?.value;
}

function choose(group, value, locked) {
  if (group.tagName === "TEXTAREA") {
    if (value) group.value = value;
    group.readOnly = locked;
    return;
  }
  for (const input of group.querySelectorAll("input")) {
    if (value) input.checked = input.value === String(value);
    input.disabled = locked;
    input.parentNode.classList.toggle("chosen", locked && input.checked);
  }
}

function told({ choice, sure, shown, result }, facts) {
  const bet = choice ? `Your bet: ${facts.open ? "noted" : choice}, ${sure ? `${sure} % sure` : "not said how sure"}.` : "";
  if (result) return (facts.open && bet ? `<p>${bet}</p>` : "") + result.html;
  if (shown) return choice ? bet : "No bet on this one. The result comes with the cells below.";
  if (choice) return `${bet} It can be changed until you see the result: run on.`;
  return facts.place === "settle" ? "<b>Bet first</b>, or be shown without: the result then stands here." : "";
}

/** Draw a question into `el`; return the function that draws it anew when what is stored changes. */
export function question(el, facts, read, write) {
  const parts = form_of(facts, (made += 1));
  const { form, answer, asking, sure, bet, without, status } = parts;
  // JupyterLab asks the element that has the focus whether keys are for it.
  for (const each of form.elements) each.dataset.lmSuppressShortcuts = "true";
  el.replaceChildren(form);
  let waiting = false;
  const tell = (record) => {
    waiting = true;
    status.innerHTML = status.dataset.html = UNHEARD;
    write(record);
  };
  const update = () => {
    const stored = read();
    const locked = Boolean(stored.shown);
    choose(answer, stored.choice, locked);
    choose(sure, stored.sure, locked);
    asking.hidden = locked;
    answer.hidden = locked && (facts.place === "settle" || (facts.open && !stored.choice));
    without.hidden = Boolean(stored.choice);
    bet.textContent = stored.choice ? "Change the bet" : "Bet";
    const html = told(stored, facts) + (stored.note ? `<p>${stored.note}</p>` : "");
    const heard = html || !waiting; // Drawn anew without an answer, it still says that nobody heard.
    if (heard && status.dataset.html !== html) status.innerHTML = status.dataset.html = html;
    if (waiting && html) status.focus(); // What had the focus may be gone.
    waiting &&= !html;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tell({ choice: chosen(answer), sure: Number(chosen(sure)) });
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.type !== "radio") return;
    event.preventDefault();
    form.requestSubmit();
  });
  without.addEventListener("click", () => tell({ without: true }));
  update();
  return update;
}

/** Open, in JupyterLab, what the lesson says of a result: the folds below, up to the next heading. */
function unfold(el, summaries) {
  for (let cell = el.closest(".jp-Cell")?.nextElementSibling; cell; cell = cell.nextElementSibling) {
    for (const fold of cell.querySelectorAll("details")) {
      fold.open ||= summaries.includes(fold.querySelector("summary")?.textContent);
    }
    if (cell.querySelector("h1, h2, h3, h4")) return;
  }
}

/** Take who ran the cell by Shift+Enter, and so stands in the next one, into the question. */
function enter(el) {
  const next = el.closest(".jp-Cell")?.nextElementSibling;
  if (next && next === document.activeElement) el.querySelector("input, textarea").focus();
}

export default {
  render({ model, el }) {
    const read = () => model.get("stored");
    const write = (record) => model.send(record);
    const facts = model.get("facts");
    const draw = question(el, facts, read, write);
    const update = () => {
      draw();
      if (facts.place === "settle" && read().result) unfold(el, facts.folds);
    };
    model.on("change:stored", update);
    const seen = new IntersectionObserver(() => {
      update(); // JupyterLab draws the texts below when it likes.
      if (facts.place !== "settle" && !read().choice && !read().shown) enter(el);
    });
    seen.observe(el);
    return () => {
      seen.disconnect();
      model.off("change:stored", update);
    };
  },
};
