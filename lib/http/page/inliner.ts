import { NegativeError } from "../../core/mod.ts";
import { notLoaded } from "../download/record.ts";
import type { DownloadReport } from "../download/types.ts";
import { decodeStyle } from "./charset.ts";
import { dataUrl, typeFor } from "./data_url.ts";
import { webUrl } from "./elements.ts";
import { type Loaded, loadWhole, optionsForFile, Turnstile } from "./load.ts";
import { replaceLinks, type StyleLink, styleLinks } from "./style.ts";
import type { SavePageOptions } from "./types.ts";

/** How deep style sheets may import each other. */
const DEEPEST = 8;
/** How many style sheets are put together, each counted as often as it is imported: eight deep, few make many. */
const SHEETS = 1000;
const NO_STYLE = "data:text/css,";

/** Loads what a page shows, and makes data URLs of it. */
export class Inliner {
  /** What could not be loaded. */
  readonly failures: DownloadReport[] = [];
  /** How many files were inlined. */
  inlined = 0;
  readonly #page: URL;
  readonly #options: SavePageOptions;
  readonly #turnstile: Turnstile;
  readonly #loaded = new Map<string, Promise<Loaded | undefined>>();
  #room: number;
  #full = false;
  #sheets = 0;

  /** Begins with the room that the page itself has left. */
  constructor(page: URL, options: SavePageOptions, room: number) {
    this.#page = page;
    this.#options = options;
    this.#turnstile = new Turnstile(options.parallel ?? 6);
    this.#room = room;
  }

  /** The data URL for what this names, or its whole URL where that could not be loaded. Undefined for what is no link. */
  async file(link: string, base: URL, type?: string): Promise<string | undefined> {
    const url = webUrl(link, base);
    if (link.trim() === "" || link.trim().startsWith("#") || !url) return undefined;
    const loaded = await this.#load(url);
    const made = loaded && dataUrl(loaded.bytes, type ?? typeFor(loaded.contentType, loaded.url));
    return made !== undefined && this.#spend(made, url) ? made + url.hash : url.href;
  }

  /** The same for a style sheet, with all that it shows and imports. `chain` are those that import it. */
  async sheet(link: string, base: URL, chain: readonly string[] = []): Promise<string | undefined> {
    const url = webUrl(link, base);
    if (link.trim() === "" || !url) return undefined;
    // One that imports itself in the end shows nothing new.
    if (chain.includes(url.href) || chain.length >= DEEPEST) return NO_STYLE;
    if (++this.#sheets > SHEETS) {
      if (this.#sheets === SHEETS + 1) this.#fail(url, "too-many-files", `there are more than ${SHEETS} style sheets`);
      return url.href;
    }
    const loaded = await this.#load(url);
    if (!loaded) return url.href;
    const text = decodeStyle(loaded.bytes, loaded.contentType);
    const css = await this.style(text, loaded.url, "stylesheet", [...chain, url.href]);
    const made = dataUrl(new TextEncoder().encode(css), "text/css;charset=utf-8");
    return this.#spend(made, url) ? made : url.href;
  }

  /** A style sheet, or a `style` attribute, with data URLs in place of its links. */
  async style(
    css: string,
    base: URL,
    context: "stylesheet" | "declarationList",
    chain: readonly string[] = [],
  ): Promise<string> {
    const links = css.includes("url(") || /@import|image-set|url\(/i.test(css) ? styleLinks(css, context) : [];
    const replacements = links.map(async (link): Promise<readonly [StyleLink, string | undefined]> => [
      link,
      await (link.kind === "import" ? this.sheet(link.url, base, chain) : this.file(link.url, base)),
    ]);
    const made = await Promise.all(replacements);
    return replaceLinks(css, made.flatMap(([link, url]) => url === undefined ? [] : [[link, url] as const]));
  }

  /** The bytes behind a URL, loaded once. */
  #load(url: URL): Promise<Loaded | undefined> {
    const key = url.href.slice(0, url.href.length - url.hash.length);
    const known = this.#loaded.get(key);
    if (known) return known;
    const most = this.#options.maxFiles ?? 2000;
    if (this.#loaded.size >= most) {
      if (this.#loaded.size === most) this.#fail(url, "too-many-files", `there are more than ${most} files`);
      this.#loaded.set(key, Promise.resolve(undefined));
      return Promise.resolve(undefined);
    }
    const loading = this.#turnstile.pass(async () => {
      const options = { ...optionsForFile(this.#options, this.#page, url), digest: false };
      const { loaded, report } = await loadWhole(key, options);
      if (loaded) this.inlined++;
      else this.failures.push(report);
      return loaded;
    });
    this.#loaded.set(key, loading);
    return loading;
  }

  #fail(url: URL, code: string, message: string): void {
    this.failures.push(notLoaded(url.href, new NegativeError(message, { code, operation: "get" })));
  }

  /** Whether there is still room in the page for this. */
  #spend(text: string, url: URL): boolean {
    if (text.length <= this.#room) {
      this.#room -= text.length;
      return true;
    }
    if (!this.#full) this.#fail(url, "too-large", "the page would be larger than is allowed");
    this.#full = true;
    return false;
  }
}
