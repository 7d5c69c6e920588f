import {
  formatAddress,
  type HostAddress,
  type HostPort,
  interleave,
  ipVersion,
  ruledAddresses,
  ruledTarget,
} from "../../core/mod.ts";
import { interfacesProbe } from "../link/interfaces.ts";
import type { ProbeRun } from "../probe/run.ts";
import { connectProbe } from "../reach/connect.ts";
import type { ConnectSeen } from "../reach/connect_seen.ts";
import { otherPortProbe } from "../reach/other_port.ts";
import { proxyProbe } from "../reach/proxy.ts";
import { withoutZone } from "../target/host.ts";
import { factsOf, type SchemeFacts } from "../target/scheme.ts";
import type { ServiceTarget } from "../target/target.ts";
import { planApplication } from "./application.ts";
import { planDatagrams } from "./datagrams.ts";
import { planName } from "./name.ts";
import { planTalk } from "./talk.ts";
import { planTls } from "./tls.ts";
import type { HandshakeSeen } from "../tls/handshake_seen.ts";

/** Port of HTTP without TLS. */
const HTTP_PORT = 80;

/** A service at a host and port, from the bottom up; what does not depend on each other runs side by side. */
export function planService(run: ProbeRun, target: ServiceTarget): void {
  const { dial } = run.context;
  const facts = factsOf(target.scheme);
  const { tls, application, transport } = facts;
  const to: HostPort = { transport: "ip", host: target.host, port: target.port };
  const { host, port } = ruledTarget(to, dial.connectTo) ?? to;
  run.start(interfacesProbe, run.exchange.after(target));
  if (dial.proxy && transport === "tcp") return planProxied(run, target, to);
  const https = application === "http" && port === factsOf("https").port;
  const ruled = ruledAddresses({ transport: "ip", host, port }, dial.resolve) !== undefined;
  const { exchange } = run;
  exchange.stage();
  const names = planName(run, { host, port, family: dial.family, https, ruled });
  const addresses = names.then((seen) => seen && seen.addresses.length > 0 ? seen.addresses : undefined);
  stageAfter(run, addresses);
  if (transport === "udp") return planDatagrams(run, target, port, addresses);
  const open = planConnect(run, target, { host, port }, addresses);
  stageAfter(run, open);
  run.start(
    proxyProbe,
    exchange.after(addresses).then((addresses) => addresses && { to, url: urlOf(target, facts) }),
  );
  const handshake = planHandshake(run, { ...target, port }, open);
  if (application) planApplication(run, target, application, { open, port, handshake });
  else (tls === "direct" ? handshake : open).then(() => exchange.end());
  planTalk(run, { ...target, port }, open);
}

/** A service behind a proxy, which looks the name up and connects: only that it does can be seen of the layers below TLS. */
function planProxied(run: ProbeRun, target: ServiceTarget, to: HostPort): void {
  const { exchange } = run;
  const facts = factsOf(target.scheme);
  exchange.stage();
  const reached = run.start(proxyProbe, { to, url: urlOf(target, facts), proxy: run.context.dial.proxy });
  // The name stands for its address: the proxy takes either.
  const behind: HostAddress = { address: target.host, family: ipVersion(target.host) ?? 4 };
  const open = reached.then((seen) => seen?.used && seen.used.error === undefined ? behind : undefined);
  stageAfter(run, open);
  const handshake = planHandshake(run, target, open);
  if (facts.application) planApplication(run, target, facts.application, { open, port: target.port, handshake });
  else (facts.tls === "direct" ? handshake : open).then(() => exchange.end());
}

/** Starts TLS if it begins with the connection. */
function planHandshake(
  run: ProbeRun,
  target: ServiceTarget,
  open: Promise<HostAddress | undefined>,
): Promise<HandshakeSeen | undefined> {
  if (factsOf(target.scheme).tls !== "direct") return Promise.resolve(undefined);
  const handshake = planTls(run, target, open);
  stageAfter(run, handshake.then((seen) => seen?.error ? undefined : seen));
  return handshake;
}

/** Begins the next stage of what is timed after one, or ends it all if that has failed. */
function stageAfter(run: ProbeRun, stage: Promise<unknown>): void {
  stage.then((result) => result === undefined ? run.exchange.end() : run.exchange.stage());
}

/** Starts the connections; resolves to the first address that accepts one, without waiting for the others. */
function planConnect(
  run: ProbeRun,
  { by, host: name }: ServiceTarget,
  { port }: Pick<HostPort, "host" | "port">,
  addresses: Promise<readonly HostAddress[] | undefined>,
): Promise<HostAddress | undefined> {
  const first = Promise.withResolvers<HostAddress | undefined>();
  const reaching = { port, onOpen: first.resolve, repeatable: run.exchange.over };
  const reached = run.start(
    connectProbe,
    addresses.then((found) => found && { ...reaching, addresses: interleave(found) }),
  );
  reached.then(() => first.resolve(undefined));
  if (by === "host") {
    run.start(
      otherPortProbe,
      reached.then((seen) =>
        seen && !isOpen(seen) ? { host: name, addresses: seen.attempts, port: HTTP_PORT } : undefined
      ),
    );
  }
  return first.promise;
}

function isOpen({ attempts }: ConnectSeen): boolean {
  return attempts.some(({ result }) => result === "connected");
}

/** The URL by which programs choose a proxy. */
function urlOf({ host, port }: ServiceTarget, { application, tls }: SchemeFacts): string {
  const web = application === "http" || application === "websocket";
  const scheme = !web ? "tcp" : tls === "direct" ? "https" : "http";
  return `${scheme}://${formatAddress({ transport: "ip", host: withoutZone(host), port })}/`;
}
