import { splitLinks } from "../../core/text_links.ts";
import { parse, type Tree } from "../../deps/html.ts";
import type { ParsedMail } from "../mime/parse_mail.ts";
import { elementsOf, valueOf } from "./elements.ts";
import type { MailFact, MailLink, MailReview } from "./types.ts";

/** Bytes of HTML beyond which Gmail shows the beginning only. */
const CLIPPED_BYTES = 102 * 1024;
/** Links and characters that are looked at. */
const MAX_LINKS = 1000;
const MAX_CHARACTERS = 5_000_000;
const LINK = /^https?:/i;
const ACTIVE = new Set([
  "script",
  "form",
  "iframe",
  "object",
  "embed",
  "applet",
  "video",
  "audio",
  "base",
  "svg",
  "canvas",
]);

/**
 * Returns the links of a message (http and https), and facts about its HTML: what was sent, without a table of mail programs.
 */
export function reviewMessage(
  { text, html, attachments }: Pick<ParsedMail, "text" | "html" | "attachments">,
): MailReview {
  const links = new Map<string, MailLink>();
  const add = (address: string | undefined, kind: MailLink["kind"], base?: string) => {
    if (address?.startsWith("#")) return;
    const url = LINK.test(address?.trim() ?? "")
      ? URL.parse(address ?? "")
      : base && address
      ? URL.parse(address, base)
      : null;
    if (!url || !LINK.test(url.protocol) || links.size >= MAX_LINKS) return;
    url.hash = "";
    url.username = url.password = "";
    if (!links.has(url.href)) links.set(url.href, { url: url.href, kind });
  };
  const facts = html === undefined ? [] : factsOf(html, text, attachments.map(({ contentId }) => contentId), add);
  for (const part of splitLinks((text ?? "").slice(0, MAX_CHARACTERS), /https?:\/\//)) {
    if (part.link) add(part.text, "link");
  }
  return { links: [...links.values()], facts };
}

function factsOf(
  html: string,
  text: string | undefined,
  ids: readonly (string | undefined)[],
  add: (address: string | undefined, kind: MailLink["kind"], base?: string) => void,
): MailFact[] {
  const counts = new Map<string, number>();
  const count = (code: string, by = 1) => void counts.set(code, (counts.get(code) ?? 0) + by);
  const known = new Set(ids.flatMap((id) => id === undefined ? [] : [id.replace(/[<>]/g, "").trim().toLowerCase()]));
  const elements = [...elementsOf(parse(html.slice(0, MAX_CHARACTERS), { scriptingEnabled: false }))];
  const base = elements.map((element) => element.tagName === "base" ? valueOf(element, "href") : undefined).find(
    Boolean,
  );
  for (const element of elements) {
    const { tagName } = element;
    if (ACTIVE.has(tagName)) count(tagName);
    if (element.attrs.some(({ name }) => /^on[a-z]+$/.test(name))) count("handler");
    if (tagName === "a" || tagName === "area") {
      const href = valueOf(element, "href");
      if (/^\s*javascript:/i.test(href ?? "")) count("javascript-link");
      add(href, "link", base);
    } else if (tagName === "link" && /\bstylesheet\b/i.test(valueOf(element, "rel") ?? "")) {
      count("style-sheet");
      add(valueOf(element, "href"), "style", base);
    } else if (tagName === "style") {
      if (/@import\b/i.test(textOf(element))) count("style-import");
    } else if (tagName === "img") {
      const source = valueOf(element, "src")?.trim() ?? "";
      if (valueOf(element, "alt") === undefined) count("alt");
      if (LINK.test(source)) count("remote-picture");
      const [, id] = /^cid:(.*)$/i.exec(source) ?? [];
      if (id !== undefined && !known.has(id.toLowerCase())) count("missing-picture");
      add(source, "picture", base);
    }
  }
  const size = new TextEncoder().encode(html).length;
  if (size > CLIPPED_BYTES) counts.set("size", size);
  if (text === undefined) counts.set("no-text", 1);
  return [...counts].map(([code, number]) => ({ code, text: FACTS[code] ?? `element <${code}>`, count: number }));
}

const FACTS: Readonly<Record<string, string>> = {
  "alt": "picture without a text in its place (alt)",
  "base": "address that relative links are based on (base): rarely obeyed",
  "form": "form: rarely shown, and often a warning",
  "handler": "script in an attribute: never run",
  "javascript-link": "link to a script: never run",
  "missing-picture": "picture of the message (cid:) that is not in it",
  "no-text": "no text part beside the HTML",
  "remote-picture": "picture on a server: shown on demand only by many programs",
  "script": "script: never run",
  "size": "bytes of HTML: Gmail shows the first 102 KiB only",
  "style-import": "style sheet that imports another: rarely fetched",
  "style-sheet": "style sheet on a server: rarely fetched",
};

function textOf(element: Tree.Element): string {
  return element.childNodes.map((node) => "value" in node ? node.value : "").join("");
}
