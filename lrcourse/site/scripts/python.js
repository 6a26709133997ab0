// Python for the page: a worker of its own, started at the first check, ended by Stop, begun anew.

const SOURCE = JSON.parse(document.getElementById("python-address")?.textContent ?? "{}");
let python = null; // { worker, ready, answers }

function where_python_is(button) {
  if (SOURCE.here) return `${button} starts Python in this page, which takes some seconds: its ${SOURCE.size} MB came with the course.`;
  return `${button} loads Python, about 15 MB, from ${SOURCE.address}: nothing comes from there before.`;
}

function python_is_there() {
  return python?.ready === true;
}

async function begin() {
  const names = ["assets/course.js", ...(SOURCE.here ? ["assets/python.js"] : [])];
  await Promise.all(names.map(script));
  const worker = new Worker(URL.createObjectURL(new Blob([lrcourse.modules.worker], { type: "text/javascript" })));
  const started = { worker, ready: false, answers: new Map() };
  worker.onmessage = ({ data }) => {
    const [done, failed] = started.answers.get(data.turn);
    started.answers.delete(data.turn);
    data.error ? failed(new Error(data.error)) : done(data);
  };
  worker.onerror = (event) => {
    for (const [, failed] of started.answers.values()) failed(new Error(`Python could not start: ${event.message}`));
  };
  return started;
}

let turns = 0;

function tell_worker(started, message) {
  return new Promise((done, failed) => {
    const turn = (turns += 1);
    started.answers.set(turn, [done, failed]);
    started.worker.postMessage({ turn, ...message });
  });
}

let beginning = null;

async function started_python() {
  beginning ??= (async () => {
    python = await begin();
    const start = { parts: SOURCE.here ? lrcourse.parts : null, address: SOURCE.address, course: lrcourse.course };
    await tell_worker(python, { start });
    python.ready = true;
    for (const each of document.querySelectorAll(".to-start")) each.remove();
    return python;
  })().catch((error) => {
    stop_python();
    throw error;
  });
  return beginning;
}

/** Load Matplotlib, and what lessons import besides, into a Python that has started. */
async function with_more(started) {
  started.more ??= (async () => {
    if (SOURCE.here) await script("assets/more.js");
    await tell_worker(started, { more: SOURCE.here ? lrcourse.more : {} });
  })();
  await started.more;
}

let asked = 0;

/** Have an answer checked and show its card; where a picture belongs to it, that comes when it is drawn, and another
 * answer may be checked meanwhile. */
async function ask_python(check, show) {
  const turn = (asked += 1);
  const started = await started_python();
  const found = await tell_worker(started, { check });
  if (!found.wants_picture || SOURCE.pictures === false) return show(found);
  show(found, '<p class="drawing">Its picture is being drawn.</p>');
  with_more(started)
    .then(() => (turn === asked ? tell_worker(started, { again: true }) : found)) // the worker knows its last answer
    .then((drawn) => show(drawn))
    .catch((error) => show(found, Object.assign(document.createElement("p"), { textContent: error.message }).outerHTML));
}

function stop_python() {
  const ended = python;
  python = beginning = null;
  if (!ended) return;
  ended.worker.terminate();
  for (const [, failed] of ended.answers.values()) failed(new Error("Stopped. Python starts anew at the next check."));
}
