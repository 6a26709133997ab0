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
  const at = Math.max(0, Math.min(...terms.map((term) => text.toLowerCase().indexOf(term)).filter((n) => n >= 0)) - 40);
  const from = Number.isFinite(at) ? at : 0;
  return `${from ? "… " : ""}${text.slice(from, from + 140)} …`;
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
    item.appendChild(document.createElement("p")).textContent = around(hit.text, hit.terms);
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
    if (event.key !== "Escape") return;
    found.hidden = true;
    box.focus();
  });
  document.addEventListener("click", (event) => { found.hidden ||= !box.form.contains(event.target); });
}
