// Python in a worker, of the parts that the site brings along, or of what an address has.

const INSIDE = "https://inside.invalid/"; // a name that leads nowhere: nothing is asked of it

function only_parts(request) {
  return from_parts(request) ?? Promise.reject(new Error(`${name_of(request)} is not part of this site.`));
}

let python;
let page; // lrcourse.learner.page_check

async function start({ parts, address, course }) {
  if (parts) {
    await take(parts);
    self.fetch = only_parts;
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
  const ours = self.fetch === only_parts;
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
