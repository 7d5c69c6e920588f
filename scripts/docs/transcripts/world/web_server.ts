import { type Handler, type HttpAnswer, serveHttp } from "../../../../mod.ts";
import type { KeyPair } from "../../../../lib/core/mod.ts";
import { PROJECT } from "../../../../lib/cli/project.ts";
import { ADDRESSES } from "./zones.ts";

const PNG = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
);
const PAGE = `<!doctype html>
<title>Two cans</title>
<link rel="stylesheet" href="style.css">
<h1>Two cans</h1>
<p><img src="can.png" alt="A can">and a string.</p>
`;
const ARCHIVE = new Uint8Array(4 << 20).map((_, i) => (i * 2654435761) >>> 24);

/** Files of the site of the examples: media type, content. */
const FILES: Readonly<Record<string, readonly [type: string, body: string | Uint8Array<ArrayBuffer>]>> = {
  "/": ["text/html; charset=utf-8", PAGE],
  "/style.css": ["text/css", "h1 { color: teal }\n"],
  "/can.png": ["image/png", PNG],
  "/robots.txt": ["text/plain", "User-agent: *\nDisallow: /private/\n"],
  "/archive.tar.gz": ["application/gzip", ARCHIVE],
};

/** Path of the releases at the forge. */
const RELEASES = `${new URL(PROJECT).pathname}/releases`;

/** Starts the site of the examples on the ports 80 and 443; it runs until the process exits. `releases`: folder of a release. */
export function startWebServer(tls: KeyPair, releases?: string): void {
  const handler: Handler = (request) =>
    releases !== undefined && request.target.startsWith(RELEASES)
      ? release(releases + request.target.slice(RELEASES.length))
      : answer(request);
  for (const host of ADDRESSES.web) {
    const at = host.includes(":") ? `[${host}]` : host;
    serveHttp(`${at}:80`, handler);
    serveHttp(`${at}:443`, handler, { tls });
  }
}

async function release(path: string): Promise<HttpAnswer> {
  try {
    return { body: await Deno.readFile(path) };
  } catch {
    return { status: 404 };
  }
}

const answer: Handler = async ({ target, method, headers, body }) => {
  const path = target.replace(/\?.*/, "");
  if (path === "/old") return { status: 301, headers: { Location: "/robots.txt" } };
  if (path === "/form") {
    return { headers: { "Content-Type": "text/plain" }, body: `${method} with ${await body.text()}\n` };
  }
  if (path === "/private/") {
    if (headers.get("authorization") === `Basic ${btoa("ada:secret")}`) return { body: "welcome, ada\n" };
    return { status: 401, headers: { "WWW-Authenticate": 'Basic realm="private"' }, body: "who is there?\n" };
  }
  const [type, content] = FILES[path] ?? [];
  if (type === undefined) return { status: 404, headers: { "Content-Type": "text/plain" }, body: "not found\n" };
  return { headers: { "Content-Type": type, ETag: `"${path.length}"` }, body: content };
};
