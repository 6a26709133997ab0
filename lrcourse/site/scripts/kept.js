// What a page keeps in this browser, and how it loads what it needs later: from a folder, a page may
// not read its neighbours, and may run them as scripts.

window.lrcourse = { explorers: {}, parts: {}, ...window.lrcourse };

const UP = document.documentElement.dataset.up;
const PREFIX = "lrcourse.";
const inMemory = new Map(); // where the browser keeps nothing, it lasts as long as the page

function kept(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name)) ?? inMemory.get(name) ?? otherwise;
  } catch {
    return inMemory.get(name) ?? otherwise;
  }
}

/** Keep a value; return "" or a sentence on why it is gone when the page is closed. */
function keep(name, value) {
  inMemory.set(name, value);
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
    return "";
  } catch (error) {
    return `This browser keeps nothing for this page (${error.name}): save your answers as a notebook.`;
  }
}

function forget() {
  for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
}

const loading = new Map();

/** Run a script of the site once; what it holds is then in `lrcourse`. */
function script(name) {
  const inside = document.querySelector(`script[data-part="${name}"]`);
  if (!loading.has(name)) {
    loading.set(name, new Promise((done, failed) => {
      const element = document.createElement("script");
      element.onload = done;
      element.onerror = () => {
        loading.delete(name);
        failed(new Error(`${name} could not be loaded: is the whole folder of the course here?`));
      };
      if (inside) element.textContent = inside.textContent;
      else element.src = UP + name;
      document.head.append(element);
      if (inside) done();
    }));
  }
  return loading.get(name);
}

/** Return what a module exports whose text the page has: JupyterLab loads the same files. */
function module(text) {
  return import(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
}

function facts(element) {
  return JSON.parse(element.querySelector("script[type='application/json']").textContent);
}

/** Let the keyboard reach what is wider than the screen. */
function reachable() {
  for (const each of document.querySelectorAll("main :is(pre, table, figure, math[display=block])")) {
    if (each.scrollWidth > each.clientWidth + 1) each.tabIndex = 0;
    else if (each.tagName !== "PRE" || !each.closest(".before")) each.removeAttribute("tabindex");
  }
}

window.addEventListener("load", reachable);
window.addEventListener("resize", reachable);

// A folder opens pages and no JupyterLab, which wants a server.
document.documentElement.classList.toggle("folder", location.protocol === "file:");

if (location.protocol !== "file:" && navigator.serviceWorker && document.querySelector(".home"))
  navigator.serviceWorker.register(`${UP}offline.js`).catch(() => {}); // it then needs the network
