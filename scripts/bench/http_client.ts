/**
 * Downloads a URL to a file, for the benchmark of http.
 * @module
 */
import { writeAllSync } from "../../lib/core/mod.ts";
import { request } from "../../mod.ts";

const [url = "", path = ""] = Deno.args;
using response = await request(url);
using file = Deno.openSync(path, { write: true, create: true, truncate: true });
const piece = new Uint8Array(1 << 20);
for (let count = await response.body.read(piece); count !== null; count = await response.body.read(piece)) {
  writeAllSync(file, piece.subarray(0, count));
}
