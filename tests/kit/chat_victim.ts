/**
 * Serves a chat with the history file of its argument until it is killed; the first line of its output is the address.
 * @module
 */
import { serveChat } from "../../lib/chat/mod.ts";

const server = serveChat("127.0.0.1:0", { history: Deno.args[0] ?? "", limits: { burst: 1e6, rate: 1e6 } });
console.log(server.address);
await server.finished;
