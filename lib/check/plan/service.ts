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

/** Port of HTTP without TLS. */
const HTTP_PORT = 80;

/** A service at a host and port, from the bottom up; what does not depend on each other runs side by side. */
export function planService(run: ProbeRun, target: ServiceTarget): void {
  const { dial } = run.context;
  const facts = factsOf(target.scheme);
  const { tls, application, transport } = facts;
  const to: HostPort = { transport: "ip", host: target.host, port: target.port };
  const { host, port } = ruledTarget(to, dial.connectTo) ?? to;
  run.start(interfacesProbe, target);
  if (dial.proxy && transport === "tcp") return planProxied(run, target, to);
  const https = application === "http" && port === factsOf("https").port;
  const ruled = ruledAddresses({ transport: "ip", host, port }, dial.resolve) !== undefined;
  const names = planName(run, { host, port, family: dial.family, https, ruled });
  const addresses = names.then((seen) => seen && seen.addresses.length > 0 ? seen.addresses : undefined);
  if (transport === "udp") return planDatagrams(run, target, port, addresses);
  const open = planConnect(run, target, { host, port }, addresses);
  run.start(proxyProbe, addresses.then((addresses) => addresses && { to, url: urlOf(target, facts) }));
  const answered = Promise.withResolvers<void>();
  const onAnswer = answered.resolve;
  if (application !== "http") onAnswer();
  const handshake = tls === "direct"
    ? planTls(run, { ...target, port }, open, answered.promise)
    : Promise.resolve(undefined);
  if (application) planApplication(run, target, application, { open, port, handshake, onAnswer });
  planTalk(run, { ...target, port }, open);
}

/** A service behind a proxy, which looks the name up and connects: only that it does can be seen of the layers below TLS. */
function planProxied(run: ProbeRun, target: ServiceTarget, to: HostPort): void {
  const facts = factsOf(target.scheme);
  const reached = run.start(proxyProbe, { to, url: urlOf(target, facts), proxy: run.context.dial.proxy });
  // The name stands for its address: the proxy takes either.
  const behind: HostAddress = { address: target.host, family: ipVersion(target.host) ?? 4 };
  const open = reached.then((seen) => seen?.used && seen.used.error === undefined ? behind : undefined);
  const handshake = facts.tls === "direct" ? planTls(run, target, open) : Promise.resolve(undefined);
  if (facts.application) planApplication(run, target, facts.application, { open, port: target.port, handshake });
}

/** Starts the connections; resolves to the first address that accepts one, without waiting for the others. */
function planConnect(
  run: ProbeRun,
  { by, host: name }: ServiceTarget,
  { port }: Pick<HostPort, "host" | "port">,
  addresses: Promise<readonly HostAddress[] | undefined>,
): Promise<HostAddress | undefined> {
  const first = Promise.withResolvers<HostAddress | undefined>();
  const reached = run.start(
    connectProbe,
    addresses.then((found) => found && { addresses: interleave(found), port, onOpen: first.resolve }),
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
