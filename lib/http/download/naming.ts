import { join } from "../../deps/path.ts";
import { dispositionFileName, safeFileName } from "../codec/content_disposition.ts";
import { completeUrl } from "../client/read_url.ts";
import { essenceOf } from "../codec/media_type.ts";
import type { DownloadHead } from "./types.ts";

/** Bytes that a name has at most, so that `.part.json` fits behind it. */
const LONGEST = 240;

/** The name that an answer proposes for its body, safe in any folder: from Content-Disposition, or the last part of the URL's path. */
export function proposedName({ url, headers }: Pick<DownloadHead, "url" | "headers">): string {
  const disposition = headers.get("content-disposition");
  const name = (disposition === undefined ? undefined : dispositionFileName(disposition)) ??
    safeFileName(decoded(url.pathname.split("/").at(-1) ?? "")) ?? nameless(headers.get("content-type"));
  return shortened(name);
}

function nameless(contentType: string | undefined): string {
  const type = essenceOf(contentType);
  return type === "text/html" || type === "application/xhtml+xml" ? "index.html" : "download";
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Cuts a name before its ending. */
function shortened(name: string): string {
  const size = (text: string) => new TextEncoder().encode(text).length;
  if (size(name) <= LONGEST) return name;
  const ending = /\.[A-Za-z0-9]{1,16}$/.exec(name)?.[0] ?? "";
  const stem = [...name.slice(0, name.length - ending.length)];
  while (size(stem.join("") + ending) > LONGEST) stem.pop();
  return stem.join("") + ending;
}

/**
 * The paths that a name may have in a folder: as it is, or where it is among those that are `taken`, with a number before
 * its ending. Each is taken when it is given; large and small letters are the same, as on many systems.
 */
export function* pathsFor(folder: string, name: string, taken: Set<string> = new Set()): Generator<string> {
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  for (let number = 1;; number++) {
    const path = join(folder, number === 1 ? name : `${stem}-${number}${ending}`);
    const key = path.toLowerCase();
    if (taken.has(key)) continue;
    taken.add(key);
    yield path;
  }
}

/** A URL without user and password. */
export function shownUrl(text: string): string {
  const url = URL.parse(completeUrl(text));
  if (!url || (url.username === "" && url.password === "")) return text;
  url.username = url.password = "";
  return url.href;
}
