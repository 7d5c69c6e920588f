import { fromSystem, replaceOwnFile, type Trace } from "../../core/mod.ts";
import { serveFiles } from "../../file/server/serve.ts";
import { connectFtp } from "../../ftp/client/connect.ts";
import { download } from "../../get/download.ts";
import type { DownloadReport } from "../../get/download/types.ts";
import { STEP_TIMEOUT_MS } from "./timeout.ts";

/** Options of {@link demonstrateFtp}. */
export interface FtpDemonstration {
  /** Called with the URL of the server. */
  readonly listening: (url: string) => void;
  /** Called before each of the two parts. */
  readonly begins: (part: "download" | "upload") => void;
  /** Told of what crosses the control connection. */
  readonly trace: Trace;
  /** Called with the text that crosses a data connection, from the client or the server. */
  readonly data: (from: "client" | "server", text: string) => void;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/** Results of {@link demonstrateFtp}. */
export interface FtpDemonstrated {
  /** Downloaded text. */
  readonly text: string;
  /** Report of the download. */
  readonly report: DownloadReport;
  /** Content of the file that was uploaded, on the server. */
  readonly uploaded: string;
  /** Code of the error for a path that leads out of the folder. */
  readonly escape?: string;
}

const PAGE = "a scanned page\n";
const END = "FIN: end of the file";

/**
 * Serves a folder by FTP on loopback, downloads a file, uploads another one, and requests what lies outside. The folder is made in
 * the current one, and removed.
 *
 * Needs net, and read and write of the current folder.
 */
export async function demonstrateFtp(options: FtpDemonstration): Promise<FtpDemonstrated> {
  const folder = await Deno.makeTempDir({ dir: ".", prefix: "toucan-tour-" }).catch((error) => {
    throw fromSystem(error, { doing: "write to", what: "the current folder" });
  });
  try {
    return await demonstrateIn(folder, options);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function demonstrateIn(
  folder: string,
  { listening, begins, trace, data, signal }: FtpDemonstration,
): Promise<FtpDemonstrated> {
  const served = `${folder}/served`;
  await Deno.mkdir(served);
  replaceOwnFile(`${served}/hello.txt`, "hello\n");
  replaceOwnFile(`${folder}/outside.txt`, "outside\n");
  await using server = serveFiles(served, "127.0.0.1:0", { upload: true, signal, ftp: { listen: "127.0.0.1:0" } });
  const [door] = server.ftp;
  if (!door) throw new Error("there is no FTP server");
  listening(door.url);
  begins("download");
  let text = "";
  const write = (piece: Uint8Array) => {
    const part = new TextDecoder().decode(piece);
    data("server", part);
    text += part;
  };
  const sink = { write, end: () => {} };
  const downloading: Trace = (event) => {
    // The client reads the reply when the data has ended.
    if (event.text.startsWith("226 ")) data("server", END);
    trace(event);
  };
  const wait = { signal, timeout: STEP_TIMEOUT_MS };
  const report = await download(`${door.url}hello.txt`, { sink }, { ...wait, trace: downloading });
  begins("upload");
  // What the client does again is not shown again: its login.
  let connected = false;
  const later: Trace = (event) => connected ? trace(event) : undefined;
  await using client = await connectFtp(door.address, { ...wait, trace: later });
  connected = true;
  const page = async function* () {
    data("client", PAGE);
    yield await Promise.resolve(new TextEncoder().encode(PAGE));
    data("client", END);
  };
  await client.store("scan.txt", ReadableStream.from(page()));
  const uploaded = await Deno.readTextFile(`${served}/scan.txt`);
  const refused: unknown = await client.retrieveBytes("../outside.txt").catch((error: unknown) => error);
  const escape = refused instanceof Error && "code" in refused ? String(refused.code) : undefined;
  return { text, report, uploaded, escape };
}
