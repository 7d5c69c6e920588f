/**
 * Serves 1 KiB from memory at `/1k` and the given file at `/file`, for the benchmark of http. Prints its address.
 * @module
 */
import { parseAddress, prepareResponse, serveHttp } from "../../mod.ts";

const [path = "", size = "0"] = Deno.args;
const small = prepareResponse({ body: new Uint8Array(1024) });
const server = serveHttp(parseAddress("127.0.0.1:0", { anyPort: true }), ({ target }) => {
  if (target === "/1k") return small;
  return { body: { file: Deno.openSync(path), offset: 0, length: Number(size) } };
});
console.log(server.address);
await server.finished;
