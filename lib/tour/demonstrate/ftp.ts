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
  /** Told of what crosses the wire. */
  readonly trace: Trace;
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
  { listening, begins, trace, signal }: FtpDemonstration,
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
  const sink = { write: (piece: Uint8Array) => void (text += new TextDecoder().decode(piece)), end: () => {} };
  const wait = { signal, timeout: STEP_TIMEOUT_MS };
  const report = await download(`${door.url}hello.txt`, { sink }, { ...wait, trace });
  begins("upload");
  await using client = await connectFtp(door.address, { ...wait, trace });
  await client.store("scan.txt", "a scanned page\n");
  const uploaded = await Deno.readTextFile(`${served}/scan.txt`);
  const refused: unknown = await client.retrieveBytes("../outside.txt").catch((error: unknown) => error);
  const escape = refused instanceof Error && "code" in refused ? String(refused.code) : undefined;
  return { text, report, uploaded, escape };
}
