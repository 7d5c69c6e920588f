import { completeUrl } from "../../../http/client/read_url.ts";
import { dispositionFileName } from "../../../http/codec/fields/content_disposition.ts";
import { safeFileName, shortenName } from "../../../http/codec/fields/file_name.ts";
import { essenceOf } from "../../../http/codec/fields/media_type.ts";
import type { DownloadHead } from "../types.ts";

/** Maximum length of a name in bytes of UTF-8, so that `.part.json` can be appended. */
export const MAX_PROPOSED_BYTES = 240;

/** Returns a safe file name for a response: from Content-Disposition, or the last segment of the URL's path. */
export function proposedName({ url, headers }: Pick<DownloadHead, "url" | "headers">): string {
  const disposition = headers.get("content-disposition");
  const name = (disposition === undefined ? undefined : dispositionFileName(disposition)) ??
    safeFileName(decoded(url.pathname.split("/").at(-1) ?? "")) ?? nameless(headers.get("content-type"));
  return shortenName(name, MAX_PROPOSED_BYTES);
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

/** Returns a URL without user and password; in an invalid URL they are masked. */
export function shownUrl(text: string): string {
  const url = URL.parse(completeUrl(text));
  if (!url) return text.replace(/^((?:[a-z][a-z0-9+.-]*:)?\/\/)?[^/?#]*@/i, "$1***@");
  if (url.username === "" && url.password === "") return text;
  url.username = url.password = "";
  return url.href;
}
