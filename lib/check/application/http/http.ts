import { formatAddress } from "../../../core/mod.ts";
import type { Probe, ProbeContext } from "../../probe/probe.ts";
import { withoutZone } from "../../target/host.ts";
import { sessionTime } from "../../probe/session_time.ts";
import { askHello } from "../../tls/ask_hello.ts";
import { showSaid } from "../../tls/said.ts";
import { Cookies } from "./cookies.ts";
import { askOnce, type Hop } from "./hop.ts";
import type { HttpInput } from "./http_input.ts";
import type { HttpSeen } from "./http_seen.ts";
import { judgeHttp } from "./judge_http.ts";

/** Milliseconds for the answer to a hello, which a server of plain HTTP may leave open. */
const HELLO_MS = 1000;
/** Redirects that are followed. */
const MAX_REDIRECTS = 10;

/** Requests a page over HTTP, follows redirects, and reads the begin of the body. */
export const httpProbe: Probe<HttpInput, HttpSeen> = {
  name: "http",
  layer: "application",
  async observe(input, context) {
    const seen = await walk(input, context);
    const [first] = seen.hops;
    // A port of HTTPS answers with 400, with an alert, or not at all.
    const doubtful = first
      ? first.status === 400
      : /^(?:http-invalid-version|connection-cut|connection-reset)$/.test(seen.error?.code ?? "");
    if (!input.url.startsWith("http:") || !doubtful) return seen;
    const { host, address, port } = input;
    const timeout = Math.min(context.timeout / 4, HELLO_MS);
    const reply = await askHello({ host, address, port }, { ...context, timeout }, "TLS 1.2", { helloOnly: true });
    if (reply.kind === "hello") return { ...seen, other: { tls: true, said: "" } };
    return first || reply.kind !== "plain" ? seen : { ...seen, other: { tls: false, said: showSaid(reply.said) } };
  },
  judge: judgeHttp,
  facts({ hops }) {
    const last = hops.at(-1);
    if (!last) return {};
    const { status, phases: { answered, lookedUp = 0, connected, secured }, body, version, fields } = last;
    return {
      ...{ status, redirects: hops.length - (last.location === undefined ? 1 : 0), "http-version": version },
      ...{ "first-byte": answered, total: answered + (body?.ms ?? 0) },
      ...(connected === undefined ? {} : { "http-connect": connected - lookedUp }),
      ...(connected === undefined || secured === undefined ? {} : { "http-tls": secured - connected }),
      ...(body ? { size: body.bytes, body: body.ms } : {}),
      encoding: fields["content-encoding"] ?? "none",
    };
  },
  summary({ hops, error, ended }) {
    const last = hops.at(-1);
    if (!last || error) return "";
    if (ended) return "redirects without a page";
    const redirects = hops.filter(({ location }) => location !== undefined).length;
    return `status ${last.status}${redirects === 0 ? "" : ` after ${redirects} redirect${redirects === 1 ? "" : "s"}`}`;
  },
};

async function walk(input: HttpInput, context: ProbeContext): Promise<HttpSeen> {
  const hops: Hop[] = [];
  const visited = new Set<string>();
  const cookies = new Cookies();
  /** A URL that is asked for with other cookies than before may answer otherwise. */
  const asked = (url: string) => `${url}\n${cookies.fieldFor(new URL(url)) ?? ""}`;
  const end = performance.now() + Math.min(context.timeout, sessionTime(context));
  for (let url = input.url; hops.length <= MAX_REDIRECTS;) {
    visited.add(asked(url));
    const left = () => Math.max(1, Math.round(end - performance.now()));
    let answer = await askOnce(url, left(), input, context, { cookies });
    // A server of HTTP/2 alone has chosen that before.
    if ("code" in answer && answer.code === "tls-no-alpn" && input.alpn === "h2") {
      answer = await askOnce(url, left(), input, context, { cookies, http2: true });
      if ("code" in answer && /^(?:permission-missing|http2-unsupported)$/.test(answer.code)) {
        return { hops, http2Only: true };
      }
    }
    if ("code" in answer) return { hops, error: answer };
    hops.push(answer);
    if (answer.location === undefined) return { hops };
    const next = URL.parse(answer.location);
    if (!next || !/^https?:$/.test(next.protocol)) return { hops, ended: "invalid" };
    next.hash = "";
    url = next.href;
    if (visited.has(asked(url))) return { hops, ended: "loop" };
  }
  return { hops, ended: "many" };
}

/** Returns the URL of a page at a host and port. */
export function urlOf(scheme: "http" | "https" | "ws" | "wss", host: string, port: number, path: string): string {
  return new URL(`${scheme}://${formatAddress({ transport: "ip", host: withoutZone(host), port })}${path}`).href;
}
