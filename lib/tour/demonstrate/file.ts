import { fromSystem, parseAddress, readAll, replaceOwnFile, type Trace } from "../../core/mod.ts";
import { getTree } from "../../file/client/get/get_tree.ts";
import { putTree } from "../../file/client/put/put_tree.ts";
import { list } from "../../file/client/remote/list.ts";
import type { TreeEntry } from "../../file/client/report.ts";
import type { RemoteListing } from "../../file/client/remote/remote_entry.ts";
import { serveFiles } from "../../file/server/serve.ts";
import { withBodies } from "./http_bodies.ts";
import { STEP_TIMEOUT_MS } from "./timeout.ts";

/** Options of {@link demonstrate}. */
export interface Demonstration {
  /** Called before each of the three parts. */
  readonly begins: (part: "download" | "upload" | "escape") => void;
  /** Told of what crosses the wire. */
  readonly trace: Trace;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/** Results of {@link demonstrate}. */
export interface Demonstrated {
  /** The server's listing. */
  readonly listing: RemoteListing;
  /** Downloaded files. */
  readonly got: readonly TreeEntry[];
  /** Uploaded files. */
  readonly put: readonly TreeEntry[];
  /** Response to a path that leads out of the folder. */
  readonly escape: string;
}

/**
 * A small folder served on loopback: listed, loaded, added to, and asked for what lies outside. All of it is in a folder
 * that is made in the current one and taken away again.
 *
 * Needs net, and read and write of the current folder.
 */
export async function demonstrate(options: Demonstration): Promise<Demonstrated> {
  const folder = await Deno.makeTempDir({ dir: ".", prefix: "toucan-tour-" }).catch((error) => {
    throw fromSystem(error, { doing: "write to", what: "the current folder" });
  });
  try {
    return await demonstrateIn(folder, options);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function demonstrateIn(folder: string, { begins, trace: told, signal }: Demonstration): Promise<Demonstrated> {
  const [served, loaded] = [`${folder}/served`, `${folder}/loaded`];
  await Deno.mkdir(`${served}/notes`, { recursive: true });
  replaceOwnFile(`${served}/hello.txt`, "hello\n");
  replaceOwnFile(`${served}/notes/two cans.txt`, "and a string\n");
  replaceOwnFile(`${folder}/letter.txt`, "dear server\n");
  const address = parseAddress("127.0.0.1:0", { anyPort: true });
  await using server = serveFiles(served, address, { upload: true, signal });
  const [got, put]: [TreeEntry[], TreeEntry[]] = [[], []];
  const { trace, end } = withBodies(told);
  // One connection after the other: the exchanges are to be told apart.
  const wait = { signal, trace, timeout: STEP_TIMEOUT_MS };
  const listing = await list(server.url, { ...wait, trace: undefined });
  begins("download");
  await getTree(server.url, loaded, { ...wait, parallel: 1, onEntry: (entry) => got.push(entry) });
  end();
  begins("upload");
  await putTree([`${folder}/letter.txt`], server.url, { ...wait, parallel: 1, onEntry: (entry) => put.push(entry) });
  begins("escape");
  const escape = await ask(server.port ?? 0, "/notes/../../letter.txt", trace);
  return { listing, got, put, escape };
}

/** A request that no honest client would write: the path as it is. Returns the status line. */
async function ask(port: number, path: string, trace: Trace): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  trace({ direction: ">", text: `GET ${path} HTTP/1.1` });
  const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  const answer = new TextDecoder().decode(await readAll(connection.readable, 64 * 1024));
  const [line = ""] = answer.split("\r\n");
  trace({ direction: "<", text: line });
  return line;
}
