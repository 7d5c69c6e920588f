import { fileId, type GroupCommit, isWindows } from "../../core/mod.ts";
import type { HttpAnswer, ServerRequest, ServerResponse } from "../../http/mod.ts";
import { ALWAYS, json, Refusal, refuse, showsPages } from "./answer.ts";
import { FileCache, LARGEST } from "./cache.ts";
import { encodePath, parseTargetPath, type TargetPath } from "../codec/path.ts";
import type { Digests } from "../digest/digest.ts";
import { type Gate, isForeign } from "./gate.ts";
import { fileRefusal, READ_STATUS } from "./file_status.ts";
import { fileEntry, listFolder, type Listing, readNames, tagged } from "./listing.ts";
import { addDigests, digested } from "./listing_digests.ts";
import { folderPage } from "../page/page.ts";
import type { FoundFile, FoundFolder, Root } from "./root.ts";
import { reprDigest, wantsReprDigest } from "../digest/repr_digest.ts";
import { serveFile } from "./serve_file.ts";
import { Uploads } from "./upload/upload.ts";

/** Dependencies of a handler. */
export interface HandlerOptions {
  /** The folder that is served. */
  readonly root: Root;
  /** Decides which requests are accepted. */
  readonly gate: Gate;
  /** Whether folders are listed even when they have an `index.html`. */
  readonly ignoreIndex: boolean;
  /** The largest file that clients may bring, where they may. */
  readonly upload?: { readonly maxSize: number; readonly overwrite: boolean };
  /** The digests of files. */
  readonly digests: Digests;
  /** Puts uploads on the disk. */
  readonly commits: GroupCommit;
}

type Method = (request: ServerRequest, target: TargetPath) => ServerResponse | Promise<HttpAnswer>;

/** Up to this size a file is read for its digest before it is sent. */
const DIGESTED = 1 << 20;
const INDEX = "index.html";
/** Where strangers may bring pages, none of them acts in the name of this server. */
const SANDBOX = { "Content-Security-Policy": "sandbox allow-scripts allow-forms allow-popups allow-downloads" };

/** Answers the requests of a file server. */
export class FileHandler {
  readonly #options: HandlerOptions;
  readonly #cache = new FileCache();
  readonly #digests: Digests;
  readonly #methods: ReadonlyMap<string, Method>;
  readonly #allow: string;
  /** Fields of every response with a file. */
  readonly #more: Readonly<Record<string, string>>;

  /** Creates a handler. */
  constructor(options: HandlerOptions) {
    this.#options = options;
    this.#digests = options.digests;
    const read: Method = (request, target) => this.#read(request, target);
    const methods: [string, Method][] = [["GET", read], ["HEAD", read]];
    if (options.upload) {
      const uploads = new Uploads(options.root, this.#digests, options.commits, options.upload);
      methods.push(["PUT", (request, target) => uploads.put(request, target)]);
      methods.push(["POST", (request, target) => uploads.form(request, target)]);
    }
    this.#methods = new Map(methods);
    this.#allow = [...this.#methods.keys()].join(", ");
    this.#more = options.upload ? SANDBOX : {};
  }

  /** Answers one; at once where a small file is asked for that is known. */
  answer(request: ServerRequest): HttpAnswer | Promise<HttpAnswer> {
    const refusal = this.#options.gate.refusal(request);
    if (refusal) return refusal;
    if (request.method === "GET" || request.method === "HEAD") {
      const kept = this.#cache.get(request);
      if (kept) return kept;
    }
    return this.#answer(request);
  }

  async #answer(request: ServerRequest): Promise<HttpAnswer> {
    try {
      const method = this.#methods.get(request.method);
      if (!method) return refuse(405, "method not allowed", { Allow: this.#allow });
      const target = parseTargetPath(request.target, { backslash: !isWindows() });
      if (!target) return refuse(400, "invalid path");
      if (method !== this.#methods.get("GET") && isForeign(request)) {
        return refuse(403, "cross-origin request rejected");
      }
      return await method(request, target);
    } catch (error) {
      const refusal = fileRefusal(error, READ_STATUS);
      if (!(refusal instanceof Refusal)) throw error;
      const { status, message } = refusal;
      return refuse(status, message, status === 503 ? { "Retry-After": "5" } : {});
    }
  }

  async #read(request: ServerRequest, target: TargetPath): Promise<HttpAnswer> {
    const found = await this.#options.root.find(target.segments);
    if (found?.kind === "file" && !target.folder) return await this.#file(request, target, found);
    if (found?.kind === "folder") return await this.#folder(request, target, found);
    found?.file.close();
    return refuse(404, "no such file or folder");
  }

  async #file(request: ServerRequest, { segments, query }: TargetPath, found: FoundFile): Promise<HttpAnswer> {
    const name = segments.at(-1) ?? "";
    // Any other query is not for the server: pages put versions behind the names of files.
    const asked = new URLSearchParams(query).get("list") === "json" ? listingAsked(query) : undefined;
    if (asked) {
      const entry = asked.digest ? await digested(this.#digests, found, name) : fileEntry(name, found.stat);
      if (!asked.digest) found.file.close();
      return json({ path: segments, type: "file", entries: [entry], truncated: false } satisfies Listing);
    }
    return await this.#content(request, segments, found, name);
  }

  /** Small files by way of the cache, others as they are. */
  async #content(
    request: ServerRequest,
    segments: readonly string[],
    found: FoundFile,
    name: string,
  ): Promise<HttpAnswer> {
    const plain = found.stat.size <= LARGEST && !request.headers.has("range") && request.method === "GET";
    try {
      const path = this.#options.root.join(segments);
      const kept = plain ? await this.#cache.keep(request.target, path, found, name, this.#more) : undefined;
      const answer = kept && this.#cache.get(request);
      if (!answer) return serveFile(request, found, name, { ...this.#more, ...await this.#digestFor(request, found) });
      found.file.close();
      return answer;
    } catch (error) {
      found.file.close();
      throw error;
    }
  }

  /** The digest of a file that a client wants to have with it, where making it takes no time to speak of. */
  async #digestFor({ headers }: ServerRequest, { file, stat }: FoundFile): Promise<Readonly<Record<string, string>>> {
    if (!wantsReprDigest(headers)) return {};
    const hex = stat.size <= DIGESTED ? await this.#digests.of(file, stat) : this.#digests.known(stat);
    return hex === undefined ? {} : reprDigest(Uint8Array.fromHex(hex));
  }

  async #folder(request: ServerRequest, target: TargetPath, found: FoundFolder): Promise<HttpAnswer> {
    const { segments, query, folder } = target;
    const { root, ignoreIndex, upload } = this.#options;
    const asked = listingAsked(query);
    if (!asked && !folder && segments.length > 0) {
      const location = `${request.prefix ?? ""}${encodePath(segments, true)}${query === "" ? "" : `?${query}`}`;
      return { status: 301, headers: { ...ALWAYS, "Location": location, "Cache-Control": "no-store" } };
    }
    const index = asked || ignoreIndex ? undefined : await root.find([...segments, INDEX]);
    if (index?.kind === "file") return await this.#content(request, [...segments, INDEX], index, INDEX);
    if (!asked) {
      const shown = showsPages(request.headers);
      return folderPage({
        segments,
        found,
        ...await readNames(root, found),
        upload: upload !== undefined,
        query,
        shown,
      });
    }
    const { entries, truncated, unreadable } = await listFolder(root, found);
    const { from } = asked;
    const wanted = from === undefined ? entries : entries.filter(({ name }) => name >= from);
    const listed = asked.digest
      ? await addDigests(root, this.#digests, segments, wanted)
      : { entries: wanted.map(tagged) };
    return json(
      {
        path: segments,
        type: "folder",
        ...listed,
        truncated,
        unreadable: unreadable > 0 ? unreadable : undefined,
        id: fileId(found.stat),
      } satisfies Listing,
    );
  }
}

/** A listing in JSON, as a query asks for it. */
interface AskedListing {
  readonly digest: boolean;
  /** The name from which on entries are listed. */
  readonly from?: string;
}

function listingAsked(query: string): AskedListing | undefined {
  if (!query.includes("list=")) return undefined;
  const asked = new URLSearchParams(query);
  const list = asked.get("list");
  if (list === null) return undefined;
  if (list !== "json") throw new Refusal(400, "unsupported list format; use list=json");
  const digest = asked.get("digest");
  if (digest !== null && digest !== "sha256") throw new Refusal(400, "unsupported digest; use digest=sha256");
  return { digest: digest !== null, from: asked.get("from") ?? undefined };
}
