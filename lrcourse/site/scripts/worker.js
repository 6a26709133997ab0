// Python in a worker. The site's own copy comes as parts of a script, gzipped where that helps and
// in base64, because a page from a folder may not read files: what asks for a file gets the part.

const INSIDE = "https://inside.invalid/"; // a name that leads nowhere: nothing is asked of it
const files = {};

async function unpacked(name, base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  if (!name.endsWith(".gz")) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function take(parts) {
  await Promise.all(Object.entries(parts).map(async ([name, base64]) => {
    files[name.replace(/\.gz$/, "")] = await unpacked(name, base64);
  }));
}

function from_parts(request) {
  const name = String(request.url ?? request).split("/").pop();
  if (!(name in files)) return Promise.reject(new Error(`${name} is not part of this site.`));
  const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  return Promise.resolve(new Response(files[name], { headers: { "Content-Type": type } }));
}

function run(name) {
  importScripts(URL.createObjectURL(new Blob([files[name]], { type: "text/javascript" })));
}

let python;
let page; // lrcourse.learner.page_check

async function start({ parts, address, course }) {
  if (parts) {
    await take(parts);
    self.fetch = from_parts;
    run("pyodide.js");
    run("pyodide.asm.js");
  } else importScripts(`${address}pyodide.js`);
  python = await loadPyodide({ indexURL: parts ? INSIDE : address });
  await python.loadPackage("numpy", { messageCallback() {}, checkIntegrity: !parts });
  python.unpackArchive(await unpacked("course.zip", course), "zip", { extractDir: "/course" });
  python.runPython("import sys; sys.path.insert(0, '/course')");
  python.runPython("import os; os.environ['MPLBACKEND'] = 'agg'"); // pictures are files here
  page = python.pyimport("lrcourse.learner.page_check");
  page.hush();
}

let found; // the last answer that was checked

function check({ name, code, predicted }) {
  found?.destroy();
  found = page.checked(name, code, predicted);
  return told();
}

function told() {
  return { html: found.html, solved: found.solved, written: found.written, wants_picture: found.wants_picture };
}

/** Load what draws pictures and what lessons import besides. */
async function more(parts) {
  await take(parts);
  const ours = self.fetch === from_parts;
  await python.loadPackage(["matplotlib", "threadpoolctl"], { messageCallback() {}, checkIntegrity: !ours });
  for (const name of Object.keys(parts).filter((each) => each.startsWith("tqdm")))
    python.unpackArchive(files[name], "wheel");
  return {};
}

let lesson;

function run_cell({ code, first }) {
  if (first) lesson = page.Lesson();
  return { html: lesson.run(code) };
}

async function answer({ start: how, check: what, more: parts, again, cell }) {
  if (how) await start(how);
  if (parts) return more(parts);
  if (cell) return run_cell(cell);
  return what ? check(what) : again ? told() : {};
}

self.onmessage = async ({ data }) => {
  try {
    self.postMessage({ turn: data.turn, ...(await answer(data)) });
  } catch (error) {
    self.postMessage({ turn: data.turn, error: `Python said: ${error.message}` });
  }
};
