import { addressOf, type Target } from "../../../lib/check/internal.ts";
import { withPlain } from "./plain.ts";
import type { Tries, Try } from "./try.ts";

/** A question to the server, by hand. */
const ask = (question: string): Try => (_, target) => {
  const server = serverOf(target);
  return server === undefined ? [] : [`resolve --server ${server} ${question}`];
};

/** Returns the server as `resolve` takes it. */
function serverOf(target: Target): string | undefined {
  if (target.kind !== "service") return undefined;
  const address = addressOf(target);
  if (target.scheme === "dot") return `tls://${address}`;
  return target.scheme === "doh" ? `https://${address}/dns-query` : address;
}

/** A question to the server about the zone of the finding. */
const zone = (options: string): Try => ({ zone }, target) =>
  target.kind === "service"
    ? withPlain(zone, (zone) => [`resolve --server ${addressOf(target)} ${options} ${zone}`])
    : [];

/** Commands to try about name servers. */
export const DNS_TRIES: Tries = {
  "dns-silent": ask("--type NS ."),
  "dns-slow": ask("--tcp --type NS ."),
  "dns-stuck": ask("--type NS ."),
  "dns-udp-silent": ask("--tcp --type NS ."),
  "dns-failed": ask("--type NS ."),
  "dns-open-resolver": ask("--type NS ."),
  "dns-tcp-refused": ask("--tcp --type NS ."),
  "dns-truncated-without-tcp": ask("--tcp --type NS ."),
  "dns-version-shown": ask("--class CH --type TXT version.bind."),
  "dns-zone-refused": zone("--no-recurse --type SOA"),
  "dns-zone-failed": zone("--no-recurse --type SOA"),
  "dns-zone-lame": zone("--no-recurse --type SOA"),
  "dns-transfer-open": zone("--axfr"),
};
