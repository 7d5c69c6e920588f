/**
 * Requests a URL over HTTP/2, through a proxy if given, and prints the body: for tests of environment variables, which
 * are the same for all tests of one process.
 * @module
 */
import { parseProxy } from "../../lib/core/mod.ts";
import { request } from "../../lib/http/mod.ts";

const [url = "", proxy] = Deno.args;
using response = await request(url, { http2: true, proxy: proxy === undefined ? undefined : parseProxy(proxy) });
console.log(await response.body.text(100_000), Deno.env.get("ALL_PROXY"));
