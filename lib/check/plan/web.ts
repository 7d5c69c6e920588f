import { httpProbe, urlOf } from "../application/http/http.ts";
import type { HttpInput } from "../application/http/http_input.ts";
import { noHostProbe } from "../application/http/no_host.ts";
import { webSocketProbe } from "../application/websocket/websocket.ts";
import type { ProbeRun } from "../probe/run.ts";
import { factsOf } from "../target/scheme.ts";
import type { ServiceTarget } from "../target/target.ts";
import type { Below } from "./below.ts";

/** Starts the probes of a web page: with TLS, when a client of today trusts the server. */
export function planHttp(run: ProbeRun, target: ServiceTarget, below: Below): void {
  const scheme = target.scheme === "http" ? "http" : "https";
  const page = pageOf(target, urlOf(scheme, target.host, target.port, target.path), below);
  const { exchange } = run;
  const input = page.then((input) =>
    input && { ...input, onStage: () => exchange.stage(), onAnswer: () => exchange.end() }
  );
  run.start(httpProbe, input).then(() => exchange.end());
  run.start(noHostProbe, exchange.after(page));
}

/** Starts the probe of a WebSocket, likewise. */
export function planWebSocket(run: ProbeRun, target: ServiceTarget, below: Below): void {
  const scheme = target.scheme === "ws" ? "ws" : "wss";
  const page = pageOf(target, urlOf(scheme, target.host, target.port, target.path), below);
  run.start(webSocketProbe, page).then(() => run.exchange.end());
}

async function pageOf(
  { scheme, host }: ServiceTarget,
  url: string,
  { open, handshake, port }: Below,
): Promise<HttpInput | undefined> {
  const [address, secured] = await Promise.all([open, handshake]);
  if (!address || (factsOf(scheme).tls === "direct" && (!secured || secured.error))) return undefined;
  return { url, host, address, port, ...(secured?.alpn === undefined ? {} : { alpn: secured.alpn }) };
}
