import { NegativeError, type NetworkError } from "../../../core/mod.ts";
import {
  basicAuthorization,
  type Credentials,
  essenceOf,
  Fields,
  follow,
  type HttpResponse,
  reasonOf,
} from "../../../http/mod.ts";
import { proxyFailure, readUrl } from "../../../http/internal.ts";
import { boundTime } from "../../codec/file_field.ts";
import type { ListedEntry, Listing } from "../../server/listing.ts";
import type { RemoteOptions } from "../remote/remote_options.ts";

/** Options of a request among those of a client. */
export type HttpOptions = Omit<RemoteOptions, "credentials" | "ftpTls">;

/** Returns the options of a request among those of a longer call. */
export function remoteOptions(options: RemoteOptions): HttpOptions {
  const { headers, tls, proxy, family, pool, stall, timeout, connectTimeout, signal, trace, credentials } = options;
  return {
    headers: login(headers, credentials),
    tls,
    proxy,
    family,
    pool,
    stall,
    timeout,
    connectTimeout,
    signal,
    trace,
  };
}

function login(headers: RemoteOptions["headers"], credentials?: Credentials): RemoteOptions["headers"] {
  if (!credentials) return headers;
  const fields = new Fields(headers);
  return fields.has("authorization")
    ? fields
    : new Fields([...fields, ["Authorization", basicAuthorization(credentials)]]);
}

/** Maximum size of a listing. */
const MAX_LISTING_BYTES = 64 << 20;

/**
 * Yields a listing in parts, as the digests are computed: the first has all entries, each further one those from the `next` of
 * the part before, with more digests. The last one has no `next`.
 */
export async function* listParts(
  url: string | URL,
  options: RemoteOptions & { readonly digest?: boolean } = {},
): AsyncGenerator<Listing> {
  const { digest, ...rest } = options;
  const asked = readUrl(url);
  asked.search = digest ? "?list=json&digest=sha256" : "?list=json";
  asked.hash = "";
  let names: string[] | undefined;
  for (let at = 0, done = false; !done;) {
    const { next, ...part } = await ask(asked, rest);
    names ??= part.entries.map(({ name }) => name);
    // Each `next` has to be a later name: a server cannot keep its client in a loop.
    at = next === undefined ? -1 : names.indexOf(next, at + 1);
    done = next === undefined || at < 0;
    if (!done && next !== undefined) asked.searchParams.set("from", next);
    yield done ? part : { ...part, next };
  }
}

async function ask(url: URL, options: RemoteOptions): Promise<Listing> {
  using response = await follow(url, options);
  if (response.status >= 400) throw await refused(response);
  if (essenceOf(response.headers.get("content-type")) !== "application/json") throw notAListing(url);
  const text = await response.body.text(MAX_LISTING_BYTES);
  const listing = readListing(text);
  if (!listing) throw notAListing(url);
  return listing;
}

/** Returns the error for a status of 400 and above, with the first line of the server's message. */
export async function refused(response: HttpResponse): Promise<NegativeError | NetworkError> {
  const failure = proxyFailure(response);
  if (failure) return failure;
  const { status, url } = response;
  const said = await response.body.text(4096).catch(() => "");
  const why = /^\d{3} [^:\n]*: ([^\n]*)/.exec(said)?.[1] ?? reasonOf(status);
  return new NegativeError(`${url.host} answers ${status}${why === "" ? "" : `: ${why}`}`, {
    code: "http-status",
    operation: "ask",
    peer: url.host,
    reason: status === 401 ? "unauthorized" : undefined,
  });
}

function notAListing({ host }: URL): NegativeError {
  return new NegativeError(`${host} gives no listing`, {
    code: "not-a-listing",
    operation: "list",
    peer: host,
  });
}

/** Parses a listing; undefined for any other text. */
export function readListing(text: string): Listing | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || !Array.isArray(value.path) || !Array.isArray(value.entries)) return undefined;
  const { type, truncated, unreadable, id, next } = value;
  const path: unknown[] = value.path;
  if ((type !== "file" && type !== "folder") || !path.every((name) => typeof name === "string")) return undefined;
  const entries: ListedEntry[] = [];
  for (const item of value.entries) {
    const entry = readEntry(item);
    if (!entry) return undefined;
    entries.push(entry);
  }
  return {
    ...{ path, type, entries },
    truncated: truncated === true,
    unreadable: typeof unreadable === "number" && Number.isSafeInteger(unreadable) && unreadable > 0
      ? unreadable
      : undefined,
    id: typeof id === "string" && id !== "" ? id : undefined,
    next: typeof next === "string" ? next : undefined,
  };
}

function readEntry(item: unknown): ListedEntry | undefined {
  if (!isRecord(item)) return undefined;
  const { name, type, size, modified, mode, etag, sha256, link } = item;
  if (typeof name !== "string" || (type !== "file" && type !== "folder")) return undefined;
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) return undefined;
  return {
    ...{ name, type, size },
    modified: typeof modified === "number" ? boundTime(modified, Date.now()) ?? Date.now() : 0,
    mode: typeof mode === "string" && /^[0-7]{1,6}$/.test(mode) ? mode : undefined,
    etag: typeof etag === "string" ? etag : undefined,
    sha256: typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : undefined,
    link: link === true ? true : undefined,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
