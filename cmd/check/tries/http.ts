import type { FindingValue, ServiceTarget, Target } from "../../../lib/check/mod.ts";
import { addressOf } from "../../../lib/check/internal.ts";
import { withPlain } from "./plain.ts";
import type { Tries, Try } from "./try.ts";

/** The request by hand, with the head of the answer. */
const head: Try = ({ url }, target) => [`get --head ${plain(url)?.replace(/^ws/, "http") ?? urlOf(target)}`];
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
  "http-head-slow": head,
  "http-on-tls-port": (_, target) =>
    target.kind === "service" ? [`check https://${addressOf(target)}${pathOf(target)}`] : [],
  "redirect-loop": redirects,
  "redirect-scheme-loop": redirects,
  "too-many-redirects": redirects,
  "redirect-target-broken": ({ to }) => withPlain(to, (url) => [`check ${url}`]),
  "http-not-spoken": (_, target) => target.kind === "service" ? [`tcp connect --crlf ${addressOf(target)}`] : [],
  "http-invalid": (_, target) =>
    target.kind === "service"
      ? [`tcp connect --crlf ${target.scheme === "https" ? "--tls " : ""}${addressOf(target)}`]
      : [],
};

function urlOf(target: Target): string {
  if (target.kind !== "service") return "";
  const scheme = target.scheme.replace(/^ws/, "http");
  return `${scheme}://${addressOf(target)}${pathOf(target)}`;
}

function plain(value: FindingValue): string | undefined {
  return withPlain(value, (text) => [text])[0];
}

/** Path of a target, if it can stand in a shell; else the root. */
function pathOf({ path }: ServiceTarget): string {
  return plain(path) ?? "/";
}
