import { parse, serialize, type Tree } from "../../deps/html.ts";
import type { ParsedAttachment } from "../mime/parse_mail.ts";
import { elementsOf, valueOf } from "../review/elements.ts";
import { bareId } from "./view.ts";

/** Types of pictures, with names that mail programs have for them. */
const PICTURES = /^image\/(?:png|x-png|apng|jpeg|jpg|pjpeg|gif|webp|bmp|avif|svg\+xml)$/;
/** Bytes of pictures that are put into the HTML, each as often as it stands there. */
const PICTURES_LIMIT = 16 * 2 ** 20;
/** Schemes that a link does not lead to: they would act here, or name what is not on the network. */
const DEAD_SCHEME = /^(?:javascript|vbscript|data|blob|file|filesystem|about|view-source):/i;
/** Elements that connect in spite of the policy (a link of type preconnect), or have a document of their own. */
const REACHING: Readonly<Record<string, readonly string[]>> = {
  base: ["href", "target"],
  meta: ["http-equiv"],
  link: ["href", "imagesrcset"],
  iframe: ["src", "srcdoc"],
  frame: ["src"],
  object: ["data", "codebase"],
  embed: ["src"],
  applet: ["archive", "code", "codebase", "object"],
  portal: ["src"],
};
const CID = /\bcid:([^\s"'()<>,]+)/gi;
/** Attributes that name one picture, and those that have addresses among other things. */
const PICTURE_FIELDS = new Set(["src", "poster", "background", "href"]);
const MIXED_FIELDS = new Set(["srcset", "style"]);

/**
 * Returns the HTML of a message for the frame: pictures that came with it are in it, links open in a new tab, and what would reach out
 * in spite of the policy has lost its address. Elements stay what they are, so that style sheets match as they did.
 */
export function frameHtml(html: string, parts: readonly ParsedAttachment[]): string {
  // Without scripts a browser shows what is in noscript.
  const document = parse(html, { scriptingEnabled: false });
  const elements = [...elementsOf(document)];
  const pictures = new Pictures(parts);
  const base = elements.map((element) => element.tagName === "base" ? valueOf(element, "href") : undefined).find(
    Boolean,
  );
  for (const element of elements) {
    const reaching = Object.hasOwn(REACHING, element.tagName) ? REACHING[element.tagName] ?? [] : [];
    if (reaching.length > 0) element.attrs = element.attrs.filter(({ name }) => !reaching.includes(name));
    const links = element.tagName === "a" || element.tagName === "area";
    if (links) relink(element, base);
    for (const attr of element.attrs) {
      if (MIXED_FIELDS.has(attr.name)) attr.value = pictures.putInto(attr.value);
      else if (PICTURE_FIELDS.has(attr.name) && !links) attr.value = pictures.at(attr.value);
    }
    if (element.tagName !== "style") continue;
    for (const node of element.childNodes) if ("value" in node) node.value = pictures.putInto(node.value);
  }
  return serialize(document);
}

/** Makes a link open in a new tab, which learns nothing of this one. */
function relink(element: Tree.Element, base: string | undefined): void {
  const href = valueOf(element, "href");
  element.attrs = element.attrs.filter(({ name }) =>
    !["href", "target", "rel", "ping", "download", "attributionsrc"].includes(name)
  );
  const target = href === undefined ? undefined : targetOf(href, base);
  if (target === undefined) return;
  element.attrs.push({ name: "href", value: target });
  // A place in the message is shown in the frame.
  if (target.startsWith("#")) return;
  element.attrs.push({ name: "target", value: "_blank" }, { name: "rel", value: "noopener noreferrer" });
}

/** Where a link leads; nothing for one that leads nowhere outside of the message. */
function targetOf(href: string, base: string | undefined): string | undefined {
  const text = href.trim();
  if (text.startsWith("#")) return text;
  const url = URL.parse(text) ?? (base === undefined ? null : URL.parse(text, base));
  return url && !DEAD_SCHEME.test(url.protocol) ? url.href : undefined;
}

/** The pictures of a message, by the ids under which its HTML names them (RFC 2392). */
class Pictures {
  readonly #parts = new Map<string, ParsedAttachment>();
  #room = PICTURES_LIMIT;

  constructor(parts: readonly ParsedAttachment[]) {
    for (const part of parts) {
      if (!part.contentId || !PICTURES.test(part.mimeType)) continue;
      const id = bareId(part.contentId);
      // Ids differ in case, but programs do not keep it.
      for (const key of [id, id.toLowerCase()]) if (!this.#parts.has(key)) this.#parts.set(key, part);
    }
  }

  /** The address of a picture; white space in it means nothing to a browser. */
  at(address: string): string {
    const [, id] = /^cid:(?:\/\/)?(.+)$/i.exec(address.replace(/[\t\r\n]/g, "").trim()) ?? [];
    return id === undefined ? address : this.#dataOf(id) ?? address;
  }

  /** Puts pictures where a text names them. */
  putInto(text: string): string {
    if (this.#parts.size === 0) return text;
    return text.replace(CID, (whole: string, id: string) => this.#dataOf(id) ?? whole);
  }

  #dataOf(id: string): string | undefined {
    const ids = [id, decoded(id)].flatMap((one) => [one, bareId(one), bareId(one).toLowerCase()]);
    const part = ids.map((one) => this.#parts.get(one)).find(Boolean);
    if (!part) return undefined;
    const bytes = part.content();
    // Each place where a picture stands takes its room.
    if (bytes.length > this.#room) return undefined;
    this.#room -= bytes.length;
    return `data:${part.mimeType};base64,${bytes.toBase64()}`;
  }
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
