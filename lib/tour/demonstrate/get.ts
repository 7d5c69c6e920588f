import type { TraceEvent } from "../../core/mod.ts";
import { formatContentRange, parseRange } from "../../http/codec/fields/range.ts";
import { download } from "../../get/download.ts";
import type { DownloadReport } from "../../get/download/types.ts";
import { savePage } from "../../get/page/save_page.ts";
import type { PageReport } from "../../get/page/types.ts";
import { serveHttp } from "../../http/server/serve.ts";
import type { ServerResponse } from "../../http/server/response/response.ts";
import { STEP_TIMEOUT_MS } from "./timeout.ts";

/** Callbacks of {@link demonstrateGet}. */
export interface GetDemonstration {
  /** Called with where the server listens: `http://127.0.0.1:PORT/`. */
  readonly listening: (url: string) => void;
  /** Called before each of the three parts. */
  readonly begins: (part: "page" | "whole" | "cut") => void;
  /** Called with what crosses the wire. */
  readonly crossed: (event: TraceEvent) => void;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/** Results of {@link demonstrateGet}. */
export interface GetDemonstrated {
  /** The source of the page. */
  readonly source: string;
  /** The page as one file. */
  readonly page: string;
  /** Report of the saved page. */
  readonly saved: PageReport;
  /** Report of the story, whose transfer was interrupted. */
  readonly story: DownloadReport;
  /** Whether every byte of the story is right. */
  readonly right: boolean;
}

const CAN =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="50"><rect width="40" height="50" fill="teal"/></svg>';
const PAGE = '<!doctype html>\n<title>Two cans</title>\n<img src="can.svg" alt="a can">\n<p>and a string</p>\n';
const STORY = new TextEncoder().encode("Two tin cans and a string. ".repeat(40));
const TAG = '"story-1"';

/**
 * Loads a page from a server on loopback, saves it as one file, and loads a text whose transfer is cut in the middle: the
 * second try asks for the rest. Everything stays in memory.
 *
 * Needs the net permission.
 */
export async function demonstrateGet(options: GetDemonstration): Promise<GetDemonstrated> {
  const { listening, begins, crossed, signal } = options;
  let cuts = 0;
  const story = (range: string | undefined): ServerResponse => {
    const asked = range === undefined ? undefined : parseRange(range, STORY.length);
    const [part] = Array.isArray(asked) ? asked : [];
    const fields = { "Content-Type": "text/plain", "ETag": TAG };
    if (part) {
      const headers = { ...fields, "Content-Range": formatContentRange({ range: part, size: STORY.length }) };
      return { status: 206, headers, body: STORY.subarray(part.first, part.last + 1) };
    }
    const headers = { ...fields, "Content-Length": `${STORY.length}` };
    return cuts++ === 0 ? { headers, body: half() } : { headers: fields, body: STORY };
  };
  await using server = serveHttp("127.0.0.1:0", ({ target, headers }) => {
    if (target === "/") return { headers: { "Content-Type": "text/html; charset=utf-8" }, body: PAGE };
    if (target === "/can.svg") return { headers: { "Content-Type": "image/svg+xml" }, body: CAN };
    return target === "/story.txt" ? story(headers.get("range")) : { status: 404 };
  }, { signal });
  const url = server.url;
  const asking = { trace: crossed, signal, timeout: STEP_TIMEOUT_MS, retryWait: 10 };
  listening(url);
  begins("page");
  const arrived = ({ length }: Uint8Array) => crossed({ direction: "<", text: `(${length} bytes of body)` });
  const source = memory(arrived);
  await download(url, source, asking);
  begins("whole");
  const page = memory();
  const saved = await savePage(url, page, { ...asking, trace: undefined });
  begins("cut");
  const told = memory(arrived);
  const report = await download(`${url}story.txt`, told, asking);
  const right = told.text() === new TextDecoder().decode(STORY);
  return { source: source.text(), page: page.text(), saved, story: report, right };
}

/** A body that ends in the middle, as if the server had died. */
async function* half(): AsyncGenerator<Uint8Array> {
  yield STORY.subarray(0, STORY.length / 2);
  // The client is to have it before the connection is cut.
  await new Promise((resolve) => setTimeout(resolve, 50));
  throw new Error("the string was cut");
}

/** A place in memory; `arrived` is called with each piece. */
function memory(arrived: (piece: Uint8Array) => void = () => {}) {
  const decoder = new TextDecoder();
  let text = "";
  const write = (piece: Uint8Array) => {
    arrived(piece);
    text += decoder.decode(piece, { stream: true });
  };
  return { sink: { write, end: () => {} }, text: () => text };
}
