import { compareUrl, type Comparison } from "../../url/compare.ts";
import { removeParams } from "../../url/edit/edit_query.ts";
import { setPart } from "../../url/edit/edit.ts";
import { parseUrl } from "../../url/parse.ts";
import { takeApart, type UrlRecord } from "../../url/show/view.ts";

/** What {@link demonstrateUrl} has done: three things with three URLs. */
export interface UrlDemonstration {
  /** A URL taken apart. */
  readonly apart: UrlRecord;
  /** The same with another port, and without what tracks people. */
  readonly edited: string;
  /** One that leads to another host, depending on who reads it. */
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
