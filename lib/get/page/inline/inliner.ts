import type { ReferenceKind } from "../../download/types.ts";
import { charsetOf, decodeScript, decodeStyle, transportEncoding } from "../charset/decode.ts";
import { dataUrl, typeFor } from "../data_url.ts";
import type { Loaded } from "../load.ts";
import { replaceLinks, type StyleContext, type StyleLink, styleLinks } from "../style.ts";
import type { PageDocument } from "../tree/document.ts";
import type { PageFiles } from "./files.ts";

/** Maximum depth of imports of style sheets. */
const MAX_IMPORT_DEPTH = 8;
const NO_STYLE = "data:text/css,";
/** Nothing is loaded for these. */
const PLACEHOLDERS = new Set(["about:", "blob:", "data:", "javascript:"]);

/** The style sheets that have led to one. */
interface Importers {
  /** Their URLs. */
  readonly urls: readonly string[];
  /** Encoding of the last of them. */
  readonly encoding: string;
}

/** Where a document stands. */
export interface Place {
  /** The document. */
  readonly document: PageDocument;
  /** Base of its URLs. */
  readonly base: URL;
  /** The URLs of the documents that hold it, and its own. */
  readonly chain: readonly string[];
  /** In how many documents it stands. */
  readonly depth: number;
  /** Whether it and all that hold it are of the page's own origin. */
  readonly own: boolean;
  /** Whether it stands in an attribute `srcdoc`. */
  readonly srcdoc: boolean;
  /** Number of sprite files that led to it. */
  readonly sprites?: number;
}

/** Makes data URLs of what one document shows. */
export class Inliner {
  /** Files that all documents of the page share. */
  readonly files: PageFiles;
  /** The document. */
  readonly place: Place;

  /** Inlines a document: frames nest others. */
  readonly inlineDocument: (inliner: Inliner) => Promise<void>;

  /** Creates an inliner for the document at a place. */
  constructor(files: PageFiles, place: Place, inlineDocument: Inliner["inlineDocument"]) {
    this.files = files;
    this.place = place;
    this.inlineDocument = inlineDocument;
  }

  /** Creates an inliner for a document within this one. */
  at(place: Place): Inliner {
    return new Inliner(this.files, place, this.inlineDocument);
  }

  /** The URL that a reference names, where a browser would load it; records what cannot be loaded. */
  resolve(link: string, kind: ReferenceKind, base: URL = this.place.base, data = false): URL | undefined {
    const text = link.trim();
    if (text === "" || text.startsWith("#")) return undefined;
    const url = URL.parse(text, base);
    if (url?.protocol === "http:" || url?.protocol === "https:" || (data && url?.protocol === "data:")) return url;
    if (!url) this.files.omit(text, kind, "invalid-url", "invalid URL");
    else if (!PLACEHOLDERS.has(url.protocol)) {
      this.files.omit(url, kind, "unsupported-scheme", `unsupported URL scheme "${url.protocol.slice(0, -1)}"`);
    }
    return undefined;
  }

  /** Loads what this document refers to. */
  load(url: URL, kind: ReferenceKind): Promise<Loaded | undefined> {
    return this.files.load(url, kind, this.place.own);
  }

  /** Returns the data URL of a reference, or its absolute URL if the download failed; undefined if it refers to no file. */
  async file(link: string, kind: ReferenceKind, base?: URL): Promise<string | undefined> {
    const url = this.resolve(link, kind, base);
    const loaded = url && await this.load(url, kind);
    return url && (this.made(loaded && dataUrl(loaded.bytes, dataType(loaded)), url, kind) ?? url.href);
  }

  /** A data URL with the fragment of what it stands for, if there is room for it. */
  made(data: string | undefined, url: URL, kind: ReferenceKind): string | undefined {
    return data !== undefined && this.files.spend(data, url, kind) ? data + url.hash : undefined;
  }

  /** The same for a script. Classic ones are encoded as they say, or as the page was. */
  async script(link: string, module: boolean, charset: string | undefined): Promise<string | undefined> {
    const url = this.resolve(link, "script");
    const loaded = url && await this.load(url, "script");
    if (!loaded) return url?.href;
    const { bytes, contentType } = loaded;
    const text = module ? undefined : decodeScript(bytes, contentType, charset, this.place.document.encoding);
    const encoded = text === undefined ? bytes : new TextEncoder().encode(text);
    return this.made(dataUrl(encoded, "text/javascript"), url, "script") ?? url.href;
  }

  /** The same for a style sheet, with all that it shows and imports. */
  async sheet(link: string, base?: URL, importers: Importers = this.#page): Promise<string | undefined> {
    const url = this.resolve(link, "style", base, true);
    if (!url) return undefined;
    // One that imports itself in the end shows nothing new.
    if (importers.urls.includes(url.href)) return NO_STYLE;
    if (importers.urls.length >= MAX_IMPORT_DEPTH) {
      this.files.omit(url, "style", "too-deep", `style sheets import more than ${MAX_IMPORT_DEPTH} levels deep`);
      return url.href;
    }
    if (!this.files.allowsSheet(url)) return url.href;
    const loaded = await this.load(url, "style");
    if (!loaded) return url.href;
    const { text, encoding } = decodeStyle(loaded.bytes, loaded.contentType, importers.encoding);
    const css = await this.style(text, "stylesheet", loaded.url, { urls: [...importers.urls, url.href], encoding });
    return this.made(dataUrl(new TextEncoder().encode(css), "text/css;charset=utf-8"), url, "style") ?? url.href;
  }

  /** A style sheet, or the value of a `style` attribute or a property, with data URLs in place of its links. */
  async style(css: string, context: StyleContext, base?: URL, importers: Importers = this.#page): Promise<string> {
    const links = /@import|image-set|url\(/i.test(css) ? styleLinks(css, context) : [];
    const made = await Promise.all(links.map(async (link): Promise<readonly [StyleLink, string | undefined]> => [
      link,
      await (link.kind === "style" ? this.sheet(link.url, base, importers) : this.file(link.url, link.kind, base)),
    ]));
    return replaceLinks(css, made.flatMap(([link, url]) => url === undefined ? [] : [[link, url] as const]));
  }

  get #page(): Importers {
    return { urls: [], encoding: this.place.document.encoding };
  }
}

/** The media type for a data URL; text that is not in UTF-8 keeps the charset of its Content-Type. */
export function dataType({ contentType, url }: Loaded): string {
  const type = url.protocol === "data:" ? contentType ?? "" : typeFor(contentType, url);
  const encoding = transportEncoding(contentType);
  const says = encoding !== undefined && encoding !== "utf-8" && charsetOf(type) === undefined;
  return says && /^text\/|xml$|json$/.test(type) ? `${type};charset=${encoding}` : type;
}
