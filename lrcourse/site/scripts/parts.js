// The site's own Python comes as parts of a script, gzipped where that helps and in base64, because
// a page from a folder may not read files: what asks for a file gets the part.

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

function name_of(request) {
  return String(request.url ?? request).split("/").pop();
}

/** Answer for a file that is a part, and for no other. */
function from_parts(request) {
  const name = name_of(request);
  if (!(name in files)) return null;
  const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  return Promise.resolve(new Response(files[name], { headers: { "Content-Type": type } }));
}

function run(name) {
  importScripts(URL.createObjectURL(new Blob([files[name]], { type: "text/javascript" })));
}
