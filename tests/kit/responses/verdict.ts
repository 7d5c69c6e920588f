import { exitCodeOf } from "../../../lib/cli/mod.ts";
import { concat, writeAll } from "../../../lib/core/mod.ts";
import { tryDownload } from "../../../lib/get/mod.ts";
import { octets, octetText, readUntil, type ScriptedServer, scriptedServer } from "../raw.ts";
import { DEADLINE_MS } from "../wait.ts";
import type { ResponseRow } from "./row.ts";

/** Verdict of a client on a response. */
export interface Verdict {
  /** Status, if any. */
  readonly status: number;
  /** Body; of a rejected response, the part before the rejection. */
  readonly body: string;
  /** Reason of the rejection; undefined if accepted. */
  readonly rejected?: string;
}

/** Starts a server that responds with the row whose number is the path. */
export function serveRows(rows: readonly ResponseRow[]): ScriptedServer {
  return scriptedServer(async (conn) => {
    const head = await readUntil(conn, /\r\n\r\n/);
    const row = rows[Number(/\/(\d+) /.exec(head)?.[1])];
    if (!row) return;
    await writeAll(conn, octets(row.response));
    if (row.open) await readUntil(conn, /$^/);
  });
}

/** Returns the verdict of curl. */
export async function askCurl(url: string, { method }: ResponseRow): Promise<Verdict> {
  const write = [
    "--silent",
    "--compressed",
    "--max-time",
    "20",
    "--write-out",
    "%{stderr}%{response_code} %{exitcode}",
  ];
  const how = method === "HEAD" ? ["--head", "--output", "/dev/null"] : method ? ["--request", method] : [];
  const command = new Deno.Command("curl", { args: ["--disable", ...write, ...how, url], stderr: "piped" });
  const { stdout, stderr } = await command.output();
  const [status = "", exit = ""] = new TextDecoder().decode(stderr).trim().split(" ");
  const body = octetText(stdout);
  return { status: Number(status), body, rejected: exit === "0" ? undefined : exit };
}

/** Returns the verdict of `get --compressed --show-error-body --retries 0`. */
export async function askOurs(url: string, { method }: ResponseRow): Promise<Verdict> {
  const pieces: Uint8Array[] = [];
  const sink = { write: (piece: Uint8Array) => void pieces.push(piece.slice()), end() {} };
  const options = { method, compressed: true, errorBody: true, retries: 0, timeout: DEADLINE_MS };
  const { status = 0, error } = await tryDownload(url, { sink }, options);
  const body = octetText(concat(pieces));
  const failed = error !== undefined && error.code !== "http-status";
  return { status, body, rejected: failed ? `${exitCodeOf(error)} ${error.code}` : undefined };
}
