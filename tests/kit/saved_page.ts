import { ToucanError } from "../../lib/core/mod.ts";
import { type PageReport, type SavePageOptions, trySavePage } from "../../lib/get/internal.ts";
import { type Place, type TestSite, testSite } from "./site.ts";
import { DEADLINE_MS } from "./wait.ts";

/** A page saved from a test site, with `URL/` in place of the URL of the site. */
export interface SavedPage {
  /** Result of `trySavePage`. */
  readonly report: PageReport;
  /** The saved page, without the prefix of every HTML page. */
  readonly page: string;
  /** Omissions: kind, URL and code of each. */
  readonly failures: readonly string[];
  /** Requested targets. */
  readonly requests: readonly string[];
  /** The site, which is closed. */
  readonly site: TestSite;
}

/** Saves `/page` of a site with these resources. */
export async function savedPage(
  places: Readonly<Record<string, Place>>,
  options: SavePageOptions = {},
): Promise<SavedPage> {
  await using site = testSite(places);
  const pieces: Uint8Array[] = [];
  const sink = { write: (piece: Uint8Array) => void pieces.push(piece), end: () => {} };
  const report = await trySavePage(`${site.url}page`, { sink }, { retries: 0, timeout: DEADLINE_MS, ...options });
  const text = pieces.map((piece) => new TextDecoder().decode(piece)).join("");
  const page = text.replaceAll(site.url, "URL/").replace(/^<html><head><meta charset="utf-8">/, "");
  const failures = report.failures.map(({ kind, url, error }) =>
    `${kind} ${url.replaceAll(site.url, "URL/")} ${error instanceof ToucanError ? error.code : error}`
  );
  return { report, page, failures, requests: site.requests.map(({ target }) => target), site };
}

/** Returns the text of the first data URL of a media type. */
export function inDataUrl(page: string, type: string): string {
  const start = page.indexOf(`data:${type};base64,`);
  const [base64 = ""] = start < 0
    ? []
    : /^[A-Za-z0-9+/=]*/.exec(page.slice(start + `data:${type};base64,`.length)) ?? [];
  return new TextDecoder().decode(Uint8Array.fromBase64(base64));
}

/** Decodes the value of an HTML attribute in double quotes. */
export function unescaped(text: string): string {
  return text.replaceAll("&quot;", '"').replaceAll("&nbsp;", "\u00a0").replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
