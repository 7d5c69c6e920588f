import { check, type CheckReport } from "../../check/mod.ts";
import { selfSigned } from "../../core/mod.ts";
import { serveDns } from "../../dns/mod.ts";
import { serveHttp } from "../../http/mod.ts";
import { STEP_TIMEOUT_MS } from "./timeout.ts";

/** Something that was broken on purpose, and what the check found. */
export interface BrokenLayer {
  /** Description of what was broken. */
  readonly what: string;
  /** Report of the check. */
  readonly report: CheckReport;
}

/** A zone without the name that is asked for. */
const ZONE = "@ 3600 SOA ns hostmaster 1 2h 15m 2w 5m\n@ 3600 NS ns\nns 300 A 127.0.0.1\n";

/** Breaks one layer after the other on loopback, and checks each; the last one is whole. */
export async function* demonstrateCheck(signal: AbortSignal): AsyncGenerator<BrokenLayer> {
  await using names = serveDns("127.0.0.1:0", { zones: [{ origin: "toucan.test", text: ZONE }] });
  const servers = [{ protocol: "udp", host: "127.0.0.1", port: names.addr.port }] as const;
  const checked = (target: string) => check(target, { timeout: STEP_TIMEOUT_MS, signal, servers });
  yield { what: "A name that does not exist:", report: await checked("http://shop.toucan.test/") };
  await using server = serveHttp(
    "127.0.0.1:0",
    ({ target }) => target === "/broken" ? { status: 500, body: "the database is away\n" } : { body: "hello\n" },
  );
  const url = server.url;
  const closed = serveHttp("127.0.0.1:0", () => ({ body: "" }));
  await closed.shutdown();
  yield { what: "A port on which no server listens:", report: await checked(closed.url) };
  await using secure = serveHttp("127.0.0.1:0", () => ({ body: "" }), { tls: await selfSigned(["localhost"]) });
  const tls = `https://localhost:${secure.port}/`;
  yield { what: "A certificate that the server issued to itself:", report: await checked(tls) };
  yield { what: "A server that fails:", report: await checked(`${url}broken`) };
  yield { what: "The same server, another page:", report: await checked(url) };
}
