import { parseAddress } from "../../lib/core/mod.ts";
import { type FileServer, type FileServerOptions, serveFiles } from "../../lib/file/mod.ts";
import { octets, rawExchange } from "./raw.ts";
import { until } from "./wait.ts";

/** A file server with a temporary folder. */
export interface Served extends AsyncDisposable {
  /** The server. */
  readonly server: FileServer;
  /** Its port. */
  readonly port: number;
  /** Its URL, with a slash at its end. */
  readonly url: string;
  /** Folder above the root, for files outside of it. */
  readonly top: string;
  /** The root. */
  readonly root: string;
  /** Sends lines as a request with Host and `Connection: close`, and returns the parsed response. */
  ask(line: string, fields?: string, body?: string): Promise<Answered>;
}

/** A parsed response. */
export interface Answered {
  readonly status: number;
  readonly head: string;
  /** Body, one character for each octet. */
  readonly body: string;
  /** Returns the value of a header field; empty if it is missing. */
  field(name: string): string;
}

/** Serves files, by their paths below the root; a path that ends with a slash is a folder. */
export async function served(
  files: Readonly<Record<string, string>>,
  options: FileServerOptions = {},
): Promise<Served> {
  const top = await Deno.realPath(await Deno.makeTempDir());
  const root = `${top}/root`;
  await Deno.mkdir(root);
  await Deno.writeTextFile(`${top}/secret`, "SECRET outside");
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(`${root}/${path.slice(0, path.lastIndexOf("/") + 1)}`, { recursive: true });
    if (!path.endsWith("/")) await Deno.writeFile(`${root}/${path}`, new TextEncoder().encode(text));
  }
  const server = serveFiles(root, parseAddress("127.0.0.1:0", { anyPort: true }), options);
  const port = server.port ?? 0;
  return {
    ...{ server, port, top, root, url: server.url },
    async ask(line, fields = "", body = "") {
      const length = body === "" ? "" : `Content-Length: ${body.length}\r\n`;
      const head = `${line} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n${length}${fields}\r\n`;
      return takeApart(await rawExchange(port, head + body));
    },
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await Deno.remove(top, { recursive: true });
    },
  };
}

/** Parses a response. */
export function takeApart(text: string): Answered {
  const end = text.indexOf("\r\n\r\n");
  const head = text.slice(0, end < 0 ? text.length : end);
  return {
    status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1] ?? 0),
    head,
    body: end < 0 ? "" : text.slice(end + 4),
    field: (name) => new RegExp(`^${name}: (.*)$`, "im").exec(head)?.[1]?.trim() ?? "",
  };
}

/** Sets the time of a file back, so that its entity tag is stable. */
export function age(path: string, seconds = 100): void {
  const then = Date.now() / 1000 - seconds;
  Deno.utimeSync(path, then, then);
}

/** Resolves when the entity tag of a file is stable: two successive responses have the same one. */
export async function settled(site: Served, path: string): Promise<Answered> {
  // Times of metadata have a resolution of one second.
  return await until(`two answers for ${path} with one entity tag`, async () => {
    const [one, other] = [await site.ask(`GET ${path}`), await site.ask(`GET ${path}`)];
    return one.field("etag") === other.field("etag") && other;
  });
}

/** Returns the names in a folder and below, sorted; folders with a slash. */
export function allNames(folder: string, prefix = ""): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? [`${prefix}${name}/`, ...allNames(`${folder}/${name}`, `${prefix}${name}/`)] : [`${prefix}${name}`]
  ).sort();
}

/** Returns a multipart form with these files in the field `file`. */
export function formOf(files: readonly (readonly [name: string, content: string])[], boundary = "B"): string {
  const parts = files.map(([name, content]) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n` +
    `Content-Type: application/octet-stream\r\n\r\n${content}\r\n`
  );
  return `${parts.join("")}--${boundary}--\r\n`;
}

export { octets };
