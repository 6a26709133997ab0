// What stands in JupyterLite in the place of Pyodide's own loader: its kernel gets the pages' Python,
// so that a site holds it once, and from JupyterLite's folder what notebooks need besides.

self.lrcourse = {};

self.loadPyodide = async (options) => {
  const assets = new URL("../../../assets/", options.indexURL);
  importScripts(new URL("python.js", assets), new URL("more.js", assets));
  await take({ ...lrcourse.parts, ...lrcourse.more });
  self.lrcourse = {};
  delete files["pyodide-lock.json"]; // a notebook's Python has the course as a package: its own knows
  const elsewhere = self.fetch;
  self.fetch = (request, how) => from_parts(request) ?? elsewhere(request, how);
  run("pyodide.js"); // puts Pyodide's own in the place of this function
  run("pyodide.asm.js");
  return self.loadPyodide(options);
};
