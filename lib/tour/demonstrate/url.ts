import { compareUrl, type Comparison } from "../../url/compare.ts";
import { removeParams } from "../../url/edit/edit_query.ts";
import { setPart } from "../../url/edit/edit.ts";
import { parseUrl } from "../../url/parse.ts";
import { takeApart, type UrlRecord } from "../../url/show/view.ts";

/** Results of {@link demonstrateUrl}. */
export interface UrlDemonstration {
  /** Parts of the URL. */
  readonly apart: UrlRecord;
  /** The same URL with another port, without tracking parameters. */
  readonly edited: string;
  /** Comparison of a URL whose host depends on the parser. */
  readonly hostile: Comparison;
}

/** Takes a URL apart, edits it, and compares a hostile one. */
export function demonstrateUrl(): UrlDemonstration {
  const text = "HTTPS://Example.com/caf%c3%a9/?utm_source=mail&q=a%3db#top";
  const url = parseUrl(text);
  return {
    apart: takeApart(url, text),
    edited: removeParams(setPart(url, "port", "8443"), "utm_*").text,
    hostile: compareUrl("http://good.example\\@evil.example/"),
  };
}
