/**
 * Measures the limit of the runtime for many small files: `bare_loop.ts get|put BASE FOLDER COUNT PARALLEL` downloads
 * files `0`, `1`, … of BASE to FOLDER, each written, flushed and renamed, or uploads those of FOLDER.
 * @module
 */
const [verb, base = "", folder = ".", count = "0", parallel = "1"] = Deno.args;
let next = 0;

async function get(name: string): Promise<void> {
  const response = await fetch(base + name);
  if (!response.ok) throw new Error(`${response.status}`);
  const part = `${folder}/${name}.part`;
  using file = Deno.openSync(part, { write: true, createNew: true });
  file.writeSync(new Uint8Array(await response.arrayBuffer()));
  await file.sync();
  Deno.renameSync(part, `${folder}/${name}`);
}

async function put(name: string): Promise<void> {
  const response = await fetch(base + name, { method: "PUT", body: Deno.readFileSync(`${folder}/${name}`) });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`${response.status}`);
}

async function work(): Promise<void> {
  while (next < Number(count)) await (verb === "put" ? put : get)(`${next++}`);
}

if (verb !== "put") Deno.mkdirSync(folder, { recursive: true });
await Promise.all(Array.from({ length: Number(parallel) }, work));
