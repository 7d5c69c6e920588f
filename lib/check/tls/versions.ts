import type { Probe } from "../probe/probe.ts";
import { type Finding, found } from "../words/findings.ts";
import { askHello, type HelloResult, type TlsPlace } from "./ask_hello.ts";
import { suiteName, TLS_VERSIONS, type TlsVersionName, versionName } from "./hello/names.ts";

/** Replies of the server to clients of different age. */
export interface VersionsSeen {
  /** Version and cipher suite with a client of today; undefined if its hello was not answered. */
  readonly today?: { readonly version: string; readonly suite: string };
  /** Result of a hello of each version that was sent alone. */
  readonly replies: Readonly<Partial<Record<TlsVersionName, "accepted" | "refused" | "unknown">>>;
}

/** Versions of TLS: what a client of today gets, and what an older one would. Nothing but first messages is sent. */
export const versionsProbe: Probe<TlsPlace, VersionsSeen> = {
  name: "tls-versions",
  layer: "tls",
  explains: true,
  async observe(place, context) {
    const ask = (version: TlsVersionName) => askHello(place, context, version, { helloOnly: true });
    const [modern, tls11, tls10] = await Promise.all([ask("TLS 1.3"), ask("TLS 1.1"), ask("TLS 1.0")]);
    const today = isOf(modern, "TLS 1.3") ? modern : await ask("TLS 1.2");
    return {
      ...(today.kind === "hello" && { today: { version: versionName(today.version), suite: suiteName(today.suite) } }),
      replies: {
        "TLS 1.3": resultOf(modern, "TLS 1.3"),
        "TLS 1.1": resultOf(tls11, "TLS 1.1"),
        "TLS 1.0": resultOf(tls10, "TLS 1.0"),
      },
    };
  },
  judge({ today, replies }) {
    const old = (["TLS 1.0", "TLS 1.1"] as const).filter((version) => replies[version] === "accepted");
    const findings: Finding[] = [];
    if (today) findings.push(found("tls-version", today));
    if (old.length > 0) findings.push(found("old-tls-accepted", { versions: [...old] }));
    else if (replies["TLS 1.1"] === "refused") findings.push(found("old-tls-refused", {}));
    if (replies["TLS 1.3"] === "refused") findings.push(found("tls-1.3-missing", {}));
    return findings;
  },
  facts: ({ today, replies }) => ({
    ...(today && { "tls-version": today.version, cipher: today.suite }),
    "old-tls": replies["TLS 1.0"] === "accepted" || replies["TLS 1.1"] === "accepted",
  }),
  summary: ({ today }) => today?.version ?? "",
};

function isOf(reply: HelloResult, version: TlsVersionName): boolean {
  return reply.kind === "hello" && reply.version === TLS_VERSIONS[version];
}

function resultOf(reply: HelloResult, version: TlsVersionName): "accepted" | "refused" | "unknown" {
  if (isOf(reply, version)) return "accepted";
  return reply.kind === "silent" || reply.kind === "unreached" ? "unknown" : "refused";
}
