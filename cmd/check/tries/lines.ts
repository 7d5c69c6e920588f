import { addressOf, type Target } from "../../../lib/check/internal.ts";
import { SCHEME_OF, SECURE_SCHEMES, type Tries, type Try } from "./try.ts";

/** The dialogue by hand. */
const byHand: Try = (_, target) => {
  if (target.kind !== "service") return [];
  const tls = Object.values(SECURE_SCHEMES).includes(target.scheme) ? "--tls " : "";
  return [`tcp connect --crlf ${tls}${addressOf(target)}`];
};

/** The same server on the port for TLS from the first byte. */
const secure: Try = (_, target) => {
  const scheme = securely(target);
  return scheme !== undefined && target.kind === "service" ? [`check ${scheme}://${urlHost(target.host)}`] : [];
};

function urlHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

function securely(target: Target): string | undefined {
  return target.kind === "service" ? SECURE_SCHEMES[target.scheme] : undefined;
}

/** Commands to try about line protocols. */
export const LINE_TRIES: Tries = {
  "greeting-silent": byHand,
  "greeting-slow": byHand,
  "greeting-closed": byHand,
  "greeting-refused": byHand,
  "greeting-invalid": byHand,
  "hello-refused": byHand,
  "session-failed": byHand,
  "session-timed-out": byHand,
  "greeting-needs-tls": (_, target) => {
    const scheme = securely(target);
    return scheme !== undefined && target.kind === "service" ? [`check ${scheme}://${addressOf(target)}`] : [];
  },
  "greeting-foreign": ({ found }, target) => {
    if (target.kind !== "service") return [];
    const scheme = SCHEME_OF[String(found)];
    return [scheme === undefined ? `tcp connect ${addressOf(target)}` : `check ${scheme}://${addressOf(target)}`];
  },
  "starttls-not-offered": secure,
  "starttls-refused": secure,
  "starttls-broken": secure,
  "login-in-clear": secure,
  "ftp-passive-address": (_, target) =>
    target.kind === "service" ? [`file ls --trace ftp://${addressOf(target)}/`] : [],
  "irc-password-required": (_, target) =>
    target.kind === "service"
      ? [`chat join --password-file password.txt ${target.scheme === "ircs" ? "--tls " : ""}${addressOf(target)}`]
      : [],
};
