import { UsageError } from "../../core/errors/errors.ts";
import { showUntrusted } from "../../core/untrusted.ts";
import { decodeText } from "../percent.ts";
import type { UrlRecord } from "./view.ts";

/** The names that a template may hold in braces, beside `{path:N}` and `{query:KEY}`. */
export const TEMPLATE_NAMES = [
  "url",
  "href",
  "scheme",
  "user",
  "password",
  "host",
  "port",
  "netloc",
  "path",
  "query",
  "fragment",
  "origin",
] as const;

/** A place in a template that a URL fills. */
export interface Slot {
  /** The part. */
  readonly name: (typeof TEMPLATE_NAMES)[number];
  /** The index of a segment. */
  readonly index?: number;
  /** The key of a pair. */
  readonly key?: string;
  /** Text for a missing part. */
  readonly fallback: string;
}

/** A template, understood: texts, and places to fill. */
export type Template = readonly (string | Slot)[];

const ESCAPES: Readonly<Record<string, string>> = { "\\n": "\n", "\\t": "\t", "\\r": "\r", "\\\\": "\\" };

/**
 * Reads a template: `{host}:{port}`. `{path:0}` is the first segment, `{path:-1}` the last, `{query:KEY}` the first value
 * of a key, which may be empty (`%3A`, `%7D` and the like stand for characters of it); behind `:-` stands what is shown when there is nothing:
 * `{port:-8080}`. Braces as such are written twice; `\n`, `\t`, `\r` and `\\` are what they are elsewhere.
 *
 * @throws {UsageError} For an unknown name or a brace without its other half.
 * @example
 * ```ts
 * import { fillTemplate, parseTemplate, parseUrl, takeApart } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const url = takeApart(parseUrl("x://host/a/b?k=v"), "");
 * assertEquals(fillTemplate(parseTemplate("{host}:{port:-99} {path:-1} {query:k}"), url), "host:99 b v");
 * ```
 */
export function parseTemplate(text: string): Template {
  const pieces: (string | Slot)[] = [];
  let literal = "";
  for (let at = 0; at < text.length;) {
    const two = text.slice(at, at + 2);
    if (two === "{{" || two === "}}") {
      literal += two.charAt(0);
      at += 2;
    } else if (ESCAPES[two] !== undefined) {
      literal += ESCAPES[two];
      at += 2;
    } else if (two.startsWith("{")) {
      const end = text.indexOf("}", at);
      if (end < 0) throw new UsageError(`the brace at ${at} is not closed; a brace as such is written {{`);
      pieces.push(literal, slot(text.slice(at + 1, end)));
      literal = "";
      at = end + 1;
    } else if (two.startsWith("}")) {
      throw new UsageError(`the brace at ${at} closes nothing; a brace as such is written }}`);
    } else {
      literal += text.charAt(at);
      at++;
    }
  }
  return [...pieces, literal].filter((piece) => piece !== "");
}

function slot(text: string): Slot {
  const [, name, rest] = /^([a-z]+)(.*)$/s.exec(text) ?? [];
  const known = TEMPLATE_NAMES.find((one) => one === name);
  if (known === undefined || rest === undefined) throw unknown(text);
  if (known === "path") {
    const [, index, fallback = ""] = /^:(-?\d+)(?::-(.*))?$/s.exec(rest) ?? [];
    if (index !== undefined) return { name: known, index: Number(index), fallback };
  }
  if (rest === "") return { name: known, fallback: "" };
  if (rest.startsWith(":-")) return { name: known, fallback: rest.slice(2) };
  const [, key, fallback = ""] = known === "query" ? /^:(.*?)(?::-(.*))?$/s.exec(rest) ?? [] : [];
  if (key === undefined) throw unknown(text);
  return { name: known, key: decodeText(key), fallback };
}

function unknown(text: string): UsageError {
  const names = TEMPLATE_NAMES.map((name) => `{${name}}`).join(" ");
  return new UsageError(
    `"{${
      showUntrusted(text, { limit: 60 })
    }}" is not a part; supported: ${names} {path:N} {query:KEY}, each also as {NAME:-DEFAULT}`,
  );
}

/** Fills a template with the parts of a URL. */
export function fillTemplate(template: Template, record: UrlRecord): string {
  return template.map((piece) => typeof piece === "string" ? piece : valueOf(piece, record) || piece.fallback).join("");
}

function valueOf({ name, index, key }: Slot, record: UrlRecord): string {
  if (index !== undefined) return record.segments.at(index) ?? "";
  if (key !== undefined) return record.params.find(([name]) => name === key || decodeText(name) === key)?.[1] ?? "";
  return String(record[name] ?? "");
}
