import type { FindingData, Target } from "../../../lib/check/mod.ts";
import { addressOf } from "../../../lib/check/internal.ts";
import type { Tries, Try } from "./try.ts";

/** The request by hand, with the head of the answer. */
const head: Try = ({ url }, target) => [`get --head ${plainUrl(url) ?? urlOf(target)}`];
/** Each redirect, with its head. */
const redirects: Try = (_, target) => [`get --head --max-redirects 0 ${urlOf(target)}`];

/** Commands to try about HTTP. */
export const HTTP_TRIES: Tries = {
  "http-forbidden": head,
  "http-not-found": (_, target) => target.kind === "service" ? [`check ${target.scheme}://${addressOf(target)}/`] : [],
  "http-server-error": head,
  "http-bad-gateway": head,
  "http-unavailable": head,
  "http-status": head,
  "http-on-tls-port": (_, target) =>
    target.kind === "service" ? [`check https://${addressOf(target)}${quoted(target.path)}`] : [],
  "redirect-loop": redirects,
  "redirect-scheme-loop": redirects,
  "too-many-redirects": redirects,
  "redirect-target-broken": ({ to }) => {
    const url = plainUrl(to);
    return url === undefined ? [] : [`check ${url}`];
  },
  "http-not-spoken": (_, target) => target.kind === "service" ? [`tcp connect --crlf ${addressOf(target)}`] : [],
  "http-invalid": (_, target) => target.kind === "service" ? [`tcp connect --crlf ${addressOf(target)}`] : [],
};

function urlOf(target: Target): string {
  return target.kind === "service" ? `${target.scheme}://${addressOf(target)}${quoted(target.path)}` : "";
}

/** Returns a URL that can stand in a shell; none with characters that mean something there. */
function plainUrl(value: FindingData[string]): string | undefined {
  return typeof value === "string" && /^[\w:/.%~@+,=[\]-]+$/.test(value) ? value : undefined;
}

function quoted(path: string): string {
  return plainUrl(path) ?? "/";
}
