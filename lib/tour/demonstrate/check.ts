import { judgeInterfaces } from "../../check/link/judge_interfaces.ts";
import { check, type CheckReport } from "../../check/mod.ts";
import { judgeReports } from "../../check/verdict/verdict.ts";
import { selfSigned } from "../../core/mod.ts";
import { serveDns } from "../../dns/mod.ts";
import { serveHttp } from "../../http/mod.ts";
import { STEP_TIMEOUT_MS } from "./timeout.ts";

/** A layer that was broken on purpose, or healed, and what the check found. */
export interface BrokenLayer {
  /** Description of what was broken or healed. */
  readonly what: string;
  /** Options of the command, before the target. */
  readonly options?: string;
  /** Layer that was healed; undefined if it was broken. */
  readonly healed?: string;
  /** Report of the check. */
  readonly report: CheckReport;
}

/** A zone without the name that is asked for. */
const ZONE = "@ 3600 SOA ns hostmaster 1 2h 15m 2w 5m\n@ 3600 NS ns\nns 300 A 127.0.0.1\n";
const SHOP = "shop 300 A 127.0.0.1\n";
const HELLO = { body: "hello\n" };

/** Breaks one layer after the other on loopback, checks it, heals it, and checks again. */
export async function* demonstrateCheck(signal: AbortSignal): AsyncGenerator<BrokenLayer> {
  await using server = serveHttp("127.0.0.1:0", () => HELLO, { signal });
  const checked = (target: string, options: Parameters<typeof check>[1] = {}) =>
    check(target, { timeout: STEP_TIMEOUT_MS, signal, ...options });

  const whole = await checked(server.url);
  // To take an interface down needs root, and would cut this machine off.
  const what =
    "To pull the cable would cut this machine off: here the check judges recorded data of one without a network.";
  yield { what, report: withoutInterface(whole) };
  yield { what: "The interfaces of this machine:", healed: "link", report: whole };

  const shop = `http://shop.toucan.test:${server.port}/`;
  for (const zone of [ZONE, ZONE + SHOP]) {
    await using names = serveDns("127.0.0.1:0", { zones: [{ origin: "toucan.test", text: zone }] });
    const servers = [{ protocol: "udp", host: "127.0.0.1", port: names.addr.port }] as const;
    const options = `--server ${names.address} `;
    const report = await checked(shop, { servers });
    if (zone === ZONE) yield { what: "A name that does not exist:", options, report };
    else yield { what: "The name is added to the zone:", options, healed: "name", report };
  }

  const closed = serveHttp("127.0.0.1:0", () => HELLO, { signal });
  await closed.shutdown();
  yield { what: "A port on which no server listens any more:", report: await checked(closed.url) };
  await using started = serveHttp(`127.0.0.1:${closed.port}`, () => HELLO, { signal });
  yield { what: "The server is started again, on the same port:", healed: "reach", report: await checked(started.url) };

  const tls = await selfSigned(["localhost"]);
  await using secure = serveHttp("127.0.0.1:0", () => HELLO, { tls, signal });
  const url = `https://localhost:${secure.port}/`;
  yield { what: "A certificate that the server issued to itself:", report: await checked(url) };
  yield {
    what: "The client trusts it:",
    options: "--cacert cert.pem ",
    healed: "tls",
    report: await checked(url, { tls: { caCerts: [tls.cert] } }),
  };

  let away = true;
  const page = () => away ? { status: 500, body: "the database is away\n" } : HELLO;
  await using failing = serveHttp("127.0.0.1:0", page, { signal });
  yield { what: "A server that fails:", report: await checked(failing.url) };
  away = false;
  yield { what: "Its database is back:", healed: "application", report: await checked(failing.url) };
}

/** Returns the report of the same check on a machine without interfaces, where no other probe runs. */
function withoutInterface(report: CheckReport): CheckReport {
  const probes = report.probes.map((probe) =>
    probe.probe === "interfaces"
      ? { ...probe, findings: judgeInterfaces({ permitted: true, interfaces: [] }, false) }
      : { ...probe, state: "skipped" as const, findings: [] }
  );
  return { ...report, probes, ...judgeReports(probes) };
}
