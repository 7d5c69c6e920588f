import { NegativeError } from "../../../core/mod.ts";
import { notRequested } from "../../download/record.ts";
import type { DownloadReport, ReferenceKind } from "../../download/types.ts";
import { parseDataUrl } from "../data_url.ts";
import { type Loaded, loadWhole, optionsForFile, Turnstile } from "../load.ts";
import { withoutHash } from "../tree/elements.ts";
import type { SavePageOptions } from "../types.ts";

/** Maximum number of omissions that are listed. */
const MAX_OMISSIONS = 1000;
/** Maximum number of inlined style sheets, each counted for every import: eight levels of few imports make many. */
const MAX_SHEETS = 1000;
/** Maximum number of nested documents. */
const MAX_FRAMES = 100;
/** An origin that no file has. */
const STRANGER = new URL("about:blank");

/** Downloads the files of a page and its nested documents: each once, within limits. */
export class PageFiles {
  /** References that are not in the saved page. */
  readonly failures: DownloadReport[] = [];
  /** Number of downloaded files. */
  inlined = 0;
  readonly #page: URL;
  readonly #options: SavePageOptions;
  readonly #turnstile: Turnstile;
  readonly #loaded = new Map<string, Promise<Loaded | undefined>>();
  readonly #omitted = new Set<string>();
  #room: number;
  #sheets = 0;
  #frames = 0;

  /** Starts with the room that the page itself has left. */
  constructor(page: URL, options: SavePageOptions, room: number) {
    this.#page = page;
    this.#options = options;
    this.#turnstile = new Turnstile(options.parallel ?? 6);
    this.#room = room;
  }

  /** Whether scripts are left out. */
  get noScripts(): boolean {
    return this.#options.noScripts ?? false;
  }

  /**
   * The bytes behind a URL, loaded once. `own` says that the page itself asks, or a document of its origin in it: others
   * get nothing by the user's credentials.
   */
  load(url: URL, kind: ReferenceKind, own: boolean): Promise<Loaded | undefined> {
    if (url.protocol === "data:") return Promise.resolve(this.#data(url, kind));
    const key = withoutHash(url);
    const known = this.#loaded.get(this.#private(url, own) ? `own ${key}` : key);
    if (known) return known;
    const most = this.#options.maxFiles ?? 2000;
    if (this.#loaded.size >= most) {
      this.omit(url, kind, "too-many-files", `the page has more than ${most} files`);
      return Promise.resolve(undefined);
    }
    const loading = this.#turnstile.pass(async () => {
      const options = { ...optionsForFile(this.#options, own ? this.#page : STRANGER, url), digest: false };
      const { loaded, report } = await loadWhole(key, options);
      if (loaded) this.inlined++;
      else this.#fail({ ...report, kind });
      return loaded;
    });
    this.#loaded.set(this.#private(url, own) ? `own ${key}` : key, loading);
    return loading;
  }

  /** Whether the page uses this URL. */
  has(url: URL): boolean {
    return this.#loaded.has(withoutHash(url)) || this.#loaded.has(`own ${withoutHash(url)}`);
  }

  /** Records a reference that is not in the saved page. */
  omit(url: URL | string, kind: ReferenceKind, code: string, message: string): void {
    const text = String(url);
    if (this.#omitted.has(`${kind} ${text}`)) return;
    this.#omitted.add(`${kind} ${text}`);
    const error = new NegativeError(message, { code, operation: "get" });
    this.#fail({ ...notRequested(text.length > 2000 ? `${text.slice(0, 2000)}…` : text, error), kind });
  }

  /** Whether the page has room for this. */
  spend(text: string, url: URL, kind: ReferenceKind): boolean {
    if (text.length <= this.#room) {
      this.#room -= text.length;
      return true;
    }
    this.omit(url, kind, "too-large", "the saved page would exceed its maximum size");
    return false;
  }

  /** Whether another style sheet may be inlined. */
  allowsSheet(url: URL): boolean {
    if (++this.#sheets <= MAX_SHEETS) return true;
    this.omit(url, "style", "too-many-files", `the page has more than ${MAX_SHEETS} style sheets`);
    return false;
  }

  /** Whether another document may be nested in the page. */
  allowsFrame(url: URL, kind: ReferenceKind): boolean {
    if (++this.#frames <= MAX_FRAMES) return true;
    this.omit(url, kind, "too-many-frames", `the page has more than ${MAX_FRAMES} frames`);
    return false;
  }

  #data(url: URL, kind: ReferenceKind): Loaded | undefined {
    const data = parseDataUrl(url.href);
    if (!data) {
      this.omit(`${url.href.slice(0, 64)}…`, kind, "invalid-url", "invalid data URL");
      return undefined;
    }
    return { url, bytes: data.bytes, contentType: /^data:([^,]*)/i.exec(url.href)?.[1] || "text/plain" };
  }

  #private(url: URL, own: boolean): boolean {
    return own && url.origin === this.#page.origin;
  }

  #fail(report: DownloadReport): void {
    if (this.failures.length === MAX_OMISSIONS) {
      const error = new NegativeError(`further omissions are not listed (limit ${MAX_OMISSIONS})`, {
        code: "too-many-omissions",
        operation: "get",
      });
      this.failures.push({ ...notRequested(this.#page.href, error), kind: "page" });
    } else if (this.failures.length < MAX_OMISSIONS) this.failures.push(report);
  }
}
