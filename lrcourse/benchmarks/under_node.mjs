// Runs a Python script in the browser's Python, without a browser: node under_node.mjs RUNTIME
// PACKAGES FOLDER SCRIPT. PACKAGES are names that Pyodide has and paths of wheels; FOLDER is where
// `lrcourse` lies. What the script prints is printed.
import { readFileSync } from "node:fs";

const [runtime, packages, folder, script] = process.argv.slice(2);
const { loadPyodide } = await import(`${runtime}/pyodide.mjs`);
const python = await loadPyodide({
  indexURL: `${runtime}/`,
  packages: packages.split(","),
  env: { MPLBACKEND: "agg", HOME: "/home/pyodide" },
});
python.FS.mkdir("/course");
python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, "/course");
python.runPython("import sys; sys.path.insert(0, '/course')");
python.setStdout({ batched: (line) => console.log(line) });
try {
  python.runPython(readFileSync(script, "utf8"));
} catch (error) {
  console.error(String(error));
  process.exit(1);
}
