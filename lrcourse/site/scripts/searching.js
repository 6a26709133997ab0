// Search: the words of every section, looked through in the browser by MiniSearch.

const box = document.getElementById("words");
const found = document.getElementById("found");
let index = null;

async function look() {
  await Promise.all([script("assets/minisearch.js"), script("assets/sections.js")]);
  if (index) return;
  index = new MiniSearch({ fields: ["title", "lesson", "text"], storeFields: ["title", "lesson", "href", "text"] });
  index.addAll(lrcourse.sections);
}

function around(text, terms) {
  const places = terms.map((term) => text.toLowerCase().indexOf(term)).filter((n) => n >= 0);
  const first = places.length ? Math.min(...places) : 0;
  const from = text.lastIndexOf(" ", Math.max(0, first - 40)) + 1;
  const end = text.indexOf(" ", from + 140);
  const shown = text.slice(from, end < 0 ? undefined : end);
  return marked(`${from ? "… " : ""}${shown}${end < 0 ? "" : " …"}`, terms);
}

/** Return a text as nodes, with the words that were looked for marked. */
function marked(text, terms) {
  const pattern = new RegExp(`(${terms.map((term) => term.replace(/[$^|+]/g, "\\$&")).join("|")})`, "giu");
  return text.split(pattern).map((piece, n) => n % 2 ? Object.assign(document.createElement("mark"), { textContent: piece }) : piece);
}

async function tell() {
  const words = box.value.trim();
  found.hidden = !words;
  if (!words) return;
  try {
    await look();
  } catch (error) {
    found.textContent = error.message;
    return;
  }
  const hits = index.search(words, { prefix: true, fuzzy: 0.1, boost: { title: 3 }, combineWith: "AND" }).slice(0, 12);
  const list = document.createElement("ul");
  for (const hit of hits) {
    const item = list.appendChild(document.createElement("li"));
    const link = item.appendChild(document.createElement("a"));
    link.href = UP + hit.href;
    link.textContent = `${hit.lesson}: ${hit.title}`;
    item.appendChild(document.createElement("p")).append(...around(hit.text, hit.terms));
  }
  const none = document.createElement("p");
  none.textContent = `Nothing in the course has ${words}.`;
  found.replaceChildren(hits.length ? list : none);
}

if (box) {
  box.addEventListener("focus", () => look().catch(() => {}), { once: true });
  box.addEventListener("input", tell);
  box.form.addEventListener("submit", (event) => {
    event.preventDefault();
    found.querySelector("a")?.focus();
  });
  box.form.addEventListener("keydown", (event) => {
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (way) {
      event.preventDefault();
      const stops = [box, ...found.querySelectorAll("a")];
      stops[stops.indexOf(document.activeElement) + way]?.focus();
    }
    if (event.key !== "Escape") return;
    found.hidden = true;
    box.focus();
  });
  document.addEventListener("click", (event) => { found.hidden ||= !box.form.contains(event.target); });
}
