import { concat } from "../../core/mod.ts";
import { loadByHttp } from "./load_by_http.ts";
import { tlsForAny } from "../../http/client/follow.ts";
import { mayCrossOrigins } from "../../http/codec/fields/secret_field.ts";
import { Fields } from "../../http/codec/fields/fields.ts";
import type { DownloadOptions, DownloadReport } from "../download/types.ts";
import type { PageOptions } from "./types.ts";

/** A file that was downloaded into memory. */
export interface Loaded {
  /** Its URL, after redirects. */
  readonly url: URL;
  /** Its content, decoded. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Content-Type as received. */
  readonly contentType?: string;
  /** Content-Security-Policy as received. */
  readonly policy?: string;
}

/** The report of a download into memory, and the file if it succeeded. */
export interface LoadResult {
  /** The report. */
  readonly report: DownloadReport;
  /** The file. */
  readonly loaded?: Loaded;
}

/** Maximum size of a page or one of its files in bytes, unless a limit is given. */
const MAX_BYTES = 64 << 20;

/** Downloads a URL into memory. */
export async function loadWhole(url: string | URL, options: DownloadOptions): Promise<LoadResult> {
  const pieces: Uint8Array[] = [];
  const sink = { write: (piece: Uint8Array) => void pieces.push(piece.slice()), end: () => {} };
  const { maxSize = MAX_BYTES } = options;
  const report = await loadByHttp(url, { sink }, {
    ...options,
    maxSize,
    compressed: true,
    resume: false,
    errorBody: false,
  });
  if (report.error !== undefined || !report.head) return { report };
  const { url: final, headers } = report.head;
  const policy = headers.get("content-security-policy");
  return { report, loaded: { url: final, bytes: concat(pieces), contentType: report.contentType, policy } };
}

/** Returns the options for a file of a page: without the fields for the page itself, and without secrets for another origin. */
export function optionsForFile(options: PageOptions, page: URL, url: URL): PageOptions {
  const own = new Fields(options.headers);
  const headers = new Fields();
  for (const [name, value] of own) {
    const lower = name.toLowerCase();
    if (lower === "content-type" || lower === "range" || lower === "host") continue;
    if (page.origin === url.origin || mayCrossOrigins(lower, options.locationTrusted)) headers.append(name, value);
  }
  if (!headers.has("accept")) headers.append("Accept", "*/*");
  return {
    ...options,
    headers,
    tls: page.origin === url.origin ? options.tls : tlsForAny(options.tls),
    method: "GET",
    body: undefined,
    checksum: undefined,
    onHead: undefined,
    timeout: undefined,
  };
}

/** Limits the number of simultaneous tasks. */
export class Turnstile {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** Creates a limit of `count` tasks. */
  constructor(count: number) {
    this.#free = count;
  }

  /** Runs a task when there is room. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
