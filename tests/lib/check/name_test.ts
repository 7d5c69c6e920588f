import { extendedErrorOption, nameServerAt, RCODE } from "../../../lib/dns/internal.ts";
import { knowingRoot, nameServerOn, type Says } from "../../kit/check_names.ts";
import { type CheckedSetup, type CheckSetup, testSetups } from "../../kit/check_setup.ts";
import { freeUdpPort } from "../../kit/port.ts";
import { SIGNED_DATA, signedZones } from "../../kit/signed_zones.ts";
import { zoneServer } from "../../kit/zone_server.ts";
import { closeQuietly, concat, type HostPort, pause } from "../../../lib/core/mod.ts";

const GREETING = new TextEncoder().encode("SSH-2.0-test\r\n");

/** A port that takes datagrams and connections, and answers none. */
function silentServer(stack: AsyncDisposableStack): Pick<HostPort, "host" | "port"> {
  const port = freeUdpPort();
  stack.adopt(Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port }), closeQuietly);
  stack.use(Deno.listen({ hostname: "127.0.0.1", port }));
  return { host: "127.0.0.1", port };
}

/** A port that answers each query with a header that announces more records than come. */
function malformedServer(stack: AsyncDisposableStack): Pick<HostPort, "host" | "port"> {
  const port = freeUdpPort();
  const socket = stack.adopt(Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port }), closeQuietly);
  stack.use(Deno.listen({ hostname: "127.0.0.1", port }));
  (async () => {
    for await (const [query, from] of socket) {
      // A response without an error, with one question and 255 answers.
      const head = Uint8Array.of(...query.subarray(0, 2), 0x81, 0x80, 0, 1, 0, 255, 0, 0, 0, 0);
      await socket.send(concat([head, query.slice(12)]), from).catch(() => {});
    }
  })();
  return { host: "127.0.0.1", port };
}

/** A target on this machine, by a name that these servers are asked for. */
function named(stack: AsyncDisposableStack, name: string, ...servers: readonly Says[]): CheckedSetup {
  const listener = stack.use(Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  (async () => {
    for await (const connection of listener) {
      // The check does not wait for a greeting then.
      connection.write(GREETING).catch(() => {});
      stack.defer(() => closeQuietly(connection));
    }
  })();
  const started = servers.map((says) => {
    if (says === silent) return nameServerAt(silentServer(stack));
    if (says === malformed) return nameServerAt(malformedServer(stack));
    const port = freeUdpPort();
    nameServerOn(stack, "127.0.0.1", port, denyingAll.includes(says) ? says : knowingRoot(says));
    return nameServerAt({ host: "127.0.0.1", port });
  });
  return {
    target: `tcp://${name}:${listener.addr.port}`,
    options: { servers: started, timeout: servers.includes(silent) ? 1600 : 5000 },
  };
}

const NAME = "www.example.test.";
const A = { name: NAME, type: "A", ttl: 300, data: "127.0.0.1" } as const;
const good: Says = (type) => ({ answers: type === "A" ? [A] : [] });
const silent: Says = () => undefined;
const malformed: Says = () => undefined;
const denies: Says = () => ({ rcode: RCODE.NXDOMAIN });
/** Servers that say the same of every name, also of the root. */
const deniesAll: Says = () => ({ rcode: RCODE.NXDOMAIN });
const emptyAll: Says = () => ({ answers: [] });
const failsAll: Says = () => ({ rcode: RCODE.SERVFAIL });
const denyingAll: readonly Says[] = [deniesAll, emptyAll, failsAll];
const extended = (code: number, text: string) => ({
  ...{ udpSize: 1232, version: 0, dnssecOk: false },
  options: [extendedErrorOption(code, text)],
});
const fails = (code: number, text: string): Says => () => ({
  rcode: RCODE.SERVFAIL,
  edns: extended(code, text),
});
const gives = (data: string): Says => (type) => ({ answers: type === "A" ? [{ ...A, data }] : [] });

/** Time for which the signatures of the zones are judged. */
const NOW = new Date("2026-11-28T00:00:00Z");

/** The zones of a small signed world, served as by the resolver of this machine, and the key of its root. Its addresses are those of no machine: only IPv6 is used, which they lack. */
async function signed(stack: AsyncDisposableStack, name: string, now = NOW): Promise<CheckedSetup> {
  const { port } = stack.use(zoneServer(signedZones()));
  const anchors = await Deno.readTextFile(new URL("anchor.ds", SIGNED_DATA));
  const servers = [nameServerAt({ host: "127.0.0.1", port })];
  return { target: `tcp://${name}:9`, options: { servers, anchors, timeout: 1600, family: 6, now: () => now } };
}

testSetups([
  ...["expired", "flipped", "stripped", "wrongds", "future"].map((zone): CheckSetup => ({
    name: `DNSSEC ${zone}`,
    start: (stack) => signed(stack, `www.${zone}.test`),
    broken: ["name", "dnssec-bogus"],
  })),
  {
    name: "DNSSEC by a wrong clock",
    start: (stack) => signed(stack, "www.p256.test", new Date("2001-01-01T00:00:00Z")),
    codes: ["dnssec-clock"],
    broken: ["name", "no-address-of-family"],
  },
  {
    name: "DNSSEC secure",
    start: (stack) => signed(stack, "www.p256.test"),
    codes: ["dnssec-secure"],
    without: ["dnssec-bogus"],
    broken: ["name", "no-address-of-family"],
  },
  {
    name: "DNSSEC insecure",
    start: (stack) => signed(stack, "www.plain.test"),
    codes: ["dnssec-insecure"],
    broken: ["name", "no-address-of-family"],
  },
  {
    name: "name found",
    start: (stack) => named(stack, "www.example.test", good),
    codes: ["name-found", "resolver-answers", "connected"],
    without: ["ttl-short", "resolver-slow", "family-fails"],
  },
  {
    name: "resolver not running",
    start: (stack) => {
      const { target } = named(stack, "www.example.test");
      const servers = [nameServerAt({ host: "127.0.0.1", port: freeUdpPort() })];
      return { target, options: { servers, timeout: 1600 } };
    },
    broken: ["name", "resolvers-unreachable"],
  },
  {
    name: "resolver dead",
    start: (stack) => named(stack, "www.example.test", silent),
    broken: ["name", "resolvers-silent"],
  },
  {
    name: "resolver whose answers cannot be read",
    start: (stack) => named(stack, "www.example.test", malformed),
    broken: ["name", "resolvers-malformed"],
  },
  {
    name: "resolver that denies a name and has its address",
    start: (stack) =>
      named(stack, "www.example.test", (type) => ({ rcode: RCODE.NXDOMAIN, answers: type === "A" ? [A] : [] })),
    codes: ["family-denied"],
    without: ["resolver-denies-name"],
  },
  {
    name: "resolver denies everything",
    start: (stack) => named(stack, "www.example.test", deniesAll),
    broken: ["name", "resolvers-without-root"],
  },
  {
    name: "resolver has nothing for everything",
    start: (stack) => named(stack, "www.example.test", emptyAll),
    broken: ["name", "resolvers-without-root"],
  },
  {
    name: "resolver fails for everything",
    start: (stack) => named(stack, "www.example.test", failsAll),
    broken: ["name", "resolvers-without-root"],
  },
  {
    name: "one of two resolvers denies everything",
    start: (stack) => named(stack, "www.example.test", deniesAll, denies),
    broken: ["name", "name-does-not-exist"],
  },
  {
    name: "one of two resolvers dead",
    start: (stack) => named(stack, "www.example.test", good, silent),
    codes: ["resolver-silent", "name-found", "connected"],
  },
  {
    name: "first of two resolvers dead",
    start: (stack) => named(stack, "www.example.test", silent, good),
    codes: ["resolver-silent", "name-found", "connected"],
  },
  {
    name: "resolver slow",
    start: (stack) =>
      named(stack, "www.example.test", async (type, name) => {
        await pause(550);
        return await good(type, name);
      }),
    codes: ["resolver-slow"],
  },
  {
    name: "resolver lies",
    start: (stack) => named(stack, "www.example.test", good, gives("192.0.2.66")),
    codes: ["split-horizon"],
  },
  {
    name: "resolvers differ",
    start: (stack) => named(stack, "www.example.test", good, gives("127.0.0.2")),
    codes: ["resolvers-differ"],
  },
  {
    name: "resolver denies a name that another has",
    start: (stack) => named(stack, "www.example.test", good, denies),
    codes: ["resolver-denies-name"],
  },
  {
    name: "resolver refuses",
    start: (stack) => named(stack, "www.example.test", () => ({ rcode: RCODE.REFUSED })),
    broken: ["name", "resolvers-refuse"],
  },
  {
    name: "name does not exist",
    start: (stack) => named(stack, "www.example.test", denies),
    broken: ["name", "name-does-not-exist"],
  },
  {
    name: "name without a dot does not exist",
    start: (stack) => named(stack, "intranet", denies),
    broken: ["name", "name-does-not-exist"],
  },
  {
    name: "name without address",
    start: (stack) => named(stack, "www.example.test", () => ({ answers: [] })),
    broken: ["name", "name-without-address"],
  },
  {
    name: "servfail",
    start: (stack) => named(stack, "www.example.test", fails(22, "at delegation example.test.")),
    broken: ["name", "name-servfail"],
  },
  {
    name: "servfail by a validating resolver",
    start: (stack) => named(stack, "www.example.test", fails(7, "")),
    broken: ["name", "name-servfail"],
  },
  {
    name: "alias to nowhere",
    start: (stack) =>
      named(stack, "www.example.test", () => ({
        rcode: RCODE.NXDOMAIN,
        answers: [{ name: NAME, type: "CNAME", data: "gone.example.test." }],
      })),
    broken: ["name", "alias-dangling"],
  },
  {
    name: "many aliases and a short TTL",
    start: (stack) =>
      named(stack, "www.example.test", (type) => ({
        answers: [
          { name: NAME, type: "CNAME", data: "a.test." },
          { name: "a.test.", type: "CNAME", data: "b.test." },
          { name: "b.test.", type: "CNAME", data: "c.test." },
          { name: "c.test.", type: "CNAME", data: "d.test." },
          ...(type === "A" ? [{ ...A, name: "d.test.", ttl: 5 }] : []),
        ],
      })),
    codes: ["alias-chain-long", "ttl-short"],
  },
  {
    name: "A works and AAAA fails",
    start: (stack) =>
      named(stack, "www.example.test", (type, name) => type === "A" ? good(type, name) : { rcode: RCODE.SERVFAIL }),
    codes: ["family-fails"],
  },
  {
    name: "A works and AAAA is silent",
    start: (stack) => {
      const setup = named(stack, "www.example.test", (type, name) => type === "A" ? good(type, name) : undefined);
      return { ...setup, options: { ...setup.options, timeout: 1600 } };
    },
    codes: ["family-fails"],
  },
  {
    name: "A works and AAAA is NXDOMAIN",
    start: (stack) =>
      named(stack, "www.example.test", (type, name) => type === "A" ? good(type, name) : { rcode: RCODE.NXDOMAIN }),
    codes: ["family-denied"],
  },
  {
    name: "name blocked",
    start: (stack) =>
      named(stack, "www.example.test", (type) => ({
        answers: type === "A" ? [{ ...A, data: "0.0.0.0" }] : [],
        edns: extended(15, "malware"),
      })),
    broken: ["name", "name-blocked"],
  },
  {
    name: "no address of the family",
    start: (stack) => {
      const { target, options } = named(stack, "www.example.test", good);
      return { target, options: { ...options, family: 6 } };
    },
    broken: ["name", "no-address-of-family"],
  },
  {
    name: "address of the other family",
    start: () => ({ target: "tcp://[::1]:9", options: { family: 4 } }),
    broken: ["name", "no-address-of-family"],
  },
  {
    name: "rule with an address of the other family",
    start: () => ({
      target: "tcp://www.example.test:9",
      options: { family: 4, resolve: [{ host: "www.example.test", port: 9, addresses: ["::1"] }] },
    }),
    broken: ["name", "no-address-of-family"],
  },
  {
    name: "localhost with name servers given",
    start: (stack) => {
      const listener = stack.use(Deno.listen({ hostname: "127.0.0.1", port: 0 }));
      const { options } = named(stack, "www.example.test", good);
      return { target: `tcp://localhost:${listener.addr.port}`, options: { ...options, family: 4 } };
    },
    codes: ["name-found", "connected"],
  },
  {
    name: "name looks like another",
    start: (stack) =>
      named(
        stack,
        "аррӏе.example",
        (type, name) => ({ answers: type === "A" ? [{ name, type: "A", ttl: 300, data: "127.0.0.1" }] : [] }),
      ),
    codes: ["name-looks-like"],
  },
  {
    name: "name mixes scripts",
    start: (stack) => named(stack, "bаnk-ж.example", denies),
    broken: ["name", "name-does-not-exist"],
    codes: ["name-mixes-scripts"],
  },
], { words: true });
