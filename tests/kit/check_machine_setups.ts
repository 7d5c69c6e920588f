import { closeQuietly } from "../../lib/core/mod.ts";
import { makeCertificate } from "./certificates.ts";
import { THIS_MACHINE } from "../../lib/check/internal.ts";
import { knowingRoot, nameServerOn, namesOf, type Says } from "./check_names.ts";
import { MACHINE_VARIABLE } from "./check_namespace.ts";
import type { CheckedSetup, CheckSetup } from "./check_setup.ts";

/** Milliseconds for a check in which nothing is silent: enough for a machine that is busy. */
const TIMEOUT = 3000;
const GREETING = new TextEncoder().encode("SSH-2.0-test\r\n");
const SERVER = "127.0.0.53";

/** Resolver files of the machine. */
export interface Files {
  readonly hosts?: string;
  /** @default the name server of this machine */
  readonly resolv?: string;
  /** @default "files dns" */
  readonly nsswitch?: string;
}

/** Writes the resolver files, in the namespace only. */
export function write({ hosts = "", resolv = `nameserver ${SERVER}\n`, nsswitch = "files dns" }: Files): void {
  if (Deno.env.get(MACHINE_VARIABLE) === undefined) throw new Error("not in a namespace of its own");
  Deno.writeTextFileSync("/etc/hosts", `127.0.0.1 localhost\n${hosts}`);
  Deno.writeTextFileSync("/etc/resolv.conf", `${resolv}options timeout:1 attempts:1\n`);
  Deno.writeTextFileSync("/etc/nsswitch.conf", `hosts: ${nsswitch}\n`);
}

/** Runs `ip` or another program on the network of the namespace. */
async function run(line: string): Promise<void> {
  if (Deno.env.get(MACHINE_VARIABLE) === undefined) throw new Error("not in a namespace of its own");
  const { success, stderr } = await new Deno.Command("sh", { args: ["-ec", line], stdout: "null" }).output();
  if (!success) throw new Error(`${line}: ${new TextDecoder().decode(stderr)}`);
}

/** Changes the network, and back at the end of the set-up. */
export async function changed(stack: AsyncDisposableStack, there: string, back: string): Promise<void> {
  stack.defer(() => run(back));
  await run(there);
}

/** Listens on a port, and greets. */
export function listen(stack: AsyncDisposableStack, hostname = "127.0.0.1", port = 0): number {
  const listener = stack.use(Deno.listen({ hostname, port }));
  (async () => {
    for await (const connection of listener) {
      // The check does not wait for a greeting then.
      connection.write(GREETING).catch(() => {});
      stack.defer(() => closeQuietly(connection));
    }
  })();
  return listener.addr.port;
}

/** A target with a name on this machine: these files, and a name server with these addresses. */
function named(
  stack: AsyncDisposableStack,
  name: string,
  addresses: readonly string[],
  files: Files = {},
): CheckedSetup {
  write(files);
  nameServerOn(stack, SERVER, 53, namesOf({ [name]: addresses }));
  return { target: `tcp://${name}:${listen(stack, "0.0.0.0")}`, options: { timeout: TIMEOUT } };
}

const ADDRESSES = "ip addr add 192.0.2.1/24 dev net0; ip addr add 2001:db8::1/64 dev net0 nodad; " +
  "ip neigh replace 192.0.2.7 lladdr 02:00:00:00:00:07 dev net0 nud permanent; " +
  "ip neigh replace 2001:db8::7 lladdr 02:00:00:00:00:08 dev net0 nud permanent";
const ROOT_NS = knowingRoot(() => ({ rcode: 3 }));
/** A resolver that signs the SOA of the root for some days around a time. */
const signedRoot = (from: string, until: string): Says => (type, name) => {
  const signature = `SOA 8 0 86400 ${until} ${from} 20326 . AAAA`;
  if (type !== "SOA" || name !== ".") return ROOT_NS(type, name);
  return {
    answers: [
      { name: ".", type: "SOA", ttl: 300, data: "a.root-servers.test. nstld.test. 1 1800 900 604800 86400" },
      { name: ".", type: "RRSIG", ttl: 300, data: signature },
    ],
  };
};
const WITH_ROUTES = [
  "ip route add default via 192.0.2.7 dev net0; ip -6 route add default via 2001:db8::7 dev net0",
  "ip route del default; ip -6 route del default",
] as const;
const NOW = new Date("2026-11-28T12:00:00Z");

/** This machine as the target, with a resolver that says this. */
async function machine(stack: AsyncDisposableStack, says: Says, routes = true): Promise<CheckedSetup> {
  write({});
  if (routes) await changed(stack, ...WITH_ROUTES);
  nameServerOn(stack, SERVER, 53, says);
  return { target: THIS_MACHINE.text, parsed: THIS_MACHINE, options: { timeout: TIMEOUT, now: () => NOW } };
}

/** Set-ups of `check` that need the resolver files or the network of a machine of their own. */
export const MACHINE_SETUPS: readonly CheckSetup[] = [
  {
    name: "hosts file overrides the name servers",
    start: (stack) => named(stack, "www.example.test", ["127.0.0.9"], { hosts: "127.0.0.1 www.example.test\n" }),
    codes: ["hosts-file-override", "connected"],
  },
  {
    name: "name only in the hosts file",
    start: (stack) => {
      const { target, options } = named(stack, "www.other.test", ["127.0.0.9"], { hosts: "127.0.0.1 nas.home.test\n" });
      return { target: target.replace("www.other.test", "nas.home.test"), options };
    },
    codes: ["hosts-file", "connected"],
  },
  {
    name: "hosts file blocks a name",
    start: (stack) => named(stack, "www.example.test", ["127.0.0.9"], { hosts: "0.0.0.0 www.example.test\n" }),
    broken: ["name", "name-blocked-here"],
    codes: ["hosts-file-override"],
  },
  {
    name: "search list finds another name",
    start: (stack) => {
      const setup = named(stack, "www.example.corp.test", ["127.0.0.1"], {
        resolv: `nameserver ${SERVER}\nsearch corp.test\n`,
      });
      return { ...setup, target: setup.target.replace("www.example.corp.test", "www.example") };
    },
    codes: ["search-list-surprise", "connected"],
  },
  {
    name: "search list finds a name without a dot",
    start: (stack) => {
      const setup = named(stack, "intranet.corp.test", ["127.0.0.1"], {
        resolv: `nameserver ${SERVER}\nsearch corp.test\n`,
      });
      return { ...setup, target: setup.target.replace("intranet.corp.test", "intranet") };
    },
    codes: ["search-list-used", "connected"],
  },
  {
    name: "programs do not ask the name servers",
    start: (stack) => named(stack, "www.example.test", ["127.0.0.1"], { nsswitch: "files" }),
    broken: ["name", "lookup-disagrees"],
  },
  {
    name: "no name server runs",
    start: () => {
      write({ resolv: "nameserver 127.0.0.8\n" });
      return { target: "www.example.test", options: { timeout: 2000 } };
    },
    broken: ["name", "local-resolver-dead"],
  },
  {
    name: "black-holed IPv6",
    start: (stack) => {
      const setup = named(stack, "www.example.test", ["127.0.0.1", "2001:db8::7"]);
      return { ...setup, options: { timeout: 1200 } };
    },
    codes: ["family-black-hole", "connected"],
  },
  {
    name: "port filtered",
    start: () => ({ target: "tcp://192.0.2.7:25", options: { timeout: 600 } }),
    broken: ["reach", "port-filtered"],
  },
  {
    name: "no route",
    start: () => ({ target: "tcp://203.0.113.9:25", options: { timeout: 600 } }),
    broken: ["reach", "host-unreachable"],
  },
  {
    name: "firewall rejects",
    peers: ["nft"],
    start: async (stack) => {
      await changed(
        stack,
        "nft 'add table inet t; add chain inet t in { type filter hook input priority 0; }; " +
          "add rule inet t in tcp dport 2525 reject with icmpx admin-prohibited'",
        "nft delete table inet t",
      );
      return { target: `tcp://127.0.0.1:${listen(stack, "127.0.0.1", 2525)}`, options: { timeout: TIMEOUT } };
    },
    broken: ["reach", "host-unreachable"],
  },
  {
    name: "firewall drops",
    peers: ["nft"],
    start: async (stack) => {
      await changed(
        stack,
        "nft 'add table inet t; add chain inet t in { type filter hook input priority 0; }; " +
          "add rule inet t in tcp dport 2525 drop'",
        "nft delete table inet t",
      );
      return { target: `tcp://127.0.0.1:${listen(stack, "127.0.0.1", 2525)}`, options: { timeout: 600 } };
    },
    broken: ["reach", "port-filtered"],
  },
  {
    name: "packets of full size are lost",
    peers: ["nft"],
    start: async (stack) => {
      await changed(
        stack,
        "nft 'add table inet t; add chain inet t in { type filter hook input priority 0; }; " +
          "add rule inet t in tcp sport 2525 meta length > 400 drop'",
        "nft delete table inet t",
      );
      const { cert, key } = await makeCertificate({ commonName: "test" });
      const listener = stack.adopt(Deno.listenTls({ hostname: "127.0.0.1", port: 2525, cert, key }), closeQuietly);
      (async () => {
        for await (const connection of listener) {
          connection.handshake().catch(() => {});
          stack.defer(() => closeQuietly(connection));
        }
      })();
      return { target: "tls://127.0.0.1:2525", options: { timeout: 1600 } };
    },
    broken: ["reach", "path-mtu-suspected"],
    codes: ["tls-stalled"],
  },
  {
    name: "web site without TLS",
    start: (stack) => {
      const setup = named(stack, "www.example.test", ["127.0.0.1"]);
      listen(stack, "127.0.0.1", 80);
      return { ...setup, target: "www.example.test" };
    },
    broken: ["reach", "port-refused"],
    codes: ["web-without-tls"],
  },
  {
    name: "no interface",
    start: async (stack) => {
      await changed(stack, "ip addr flush dev net0; ip addr flush dev far0", ADDRESSES);
      return { target: "tcp://192.0.2.50:80", options: { timeout: TIMEOUT } };
    },
    broken: ["link", "no-interface"],
  },
  {
    name: "no answer from DHCP",
    start: async (stack) => {
      await changed(
        stack,
        "ip addr flush dev net0; ip addr add 169.254.7.8/16 dev net0",
        `ip addr flush dev net0; ${ADDRESSES}`,
      );
      return { target: "tcp://192.0.2.50:80", options: { timeout: TIMEOUT } };
    },
    broken: ["link", "only-link-local"],
  },
  {
    name: "VPN, containers and a small MTU",
    start: async (stack) => {
      await changed(
        stack,
        "ip link add tun7 type veth peer name veth7; ip addr add 100.64.0.7/10 dev tun7; " +
          "ip addr add 172.17.0.1/16 dev veth7; ip link set tun7 mtu 1420 up; ip link set veth7 mtu 1200 up",
        "ip link del tun7",
      );
      return { target: `tcp://127.0.0.1:${listen(stack)}`, options: { timeout: TIMEOUT } };
    },
    codes: ["tunnel", "container-network", "mtu-small", "mtu-too-small"],
  },
  {
    name: "IPv4 only",
    start: async (stack) => {
      await changed(stack, "ip -6 addr flush dev net0 scope global", ADDRESSES.replace(/^[^;]*; /, ""));
      return { target: `tcp://127.0.0.1:${listen(stack)}`, options: { timeout: TIMEOUT } };
    },
    codes: ["one-family"],
  },
  {
    name: "this machine is well",
    start: (stack) => machine(stack, signedRoot("20261120000000", "20261205000000")),
    codes: ["route-found", "resolver-works", "clock-plausible"],
  },
  {
    name: "this machine has no default route",
    start: (stack) => machine(stack, ROOT_NS, false),
    broken: ["link", "no-default-route"],
    codes: ["clock-unknown"],
  },
  {
    name: "half-working IPv6",
    start: async (stack) => {
      await changed(stack, "ip route add default via 192.0.2.7 dev net0", "ip route del default");
      return await machine(stack, ROOT_NS, false);
    },
    codes: ["ipv6-without-route"],
  },
  {
    name: "captive portal",
    start: (stack) =>
      machine(stack, (type, name) => ({ answers: type === "A" ? [{ name, type, ttl: 1, data: "192.0.2.80" }] : [] })),
    codes: ["nxdomain-hijacked", "resolver-without-root"],
  },
  {
    name: "clock of this machine wrong by a year",
    start: (stack) => machine(stack, signedRoot("20271120000000", "20271205000000")),
    broken: ["name", "clock-implausible"],
  },
  {
    name: "name server of this machine denies everything",
    start: (stack) => machine(stack, () => ({ rcode: 3 })),
    broken: ["name", "resolvers-deny-all"],
  },
  {
    name: "name servers of this machine, one dead and one that refuses everything",
    start: async (stack) => {
      const setup = await machine(stack, () => ({ rcode: 5 }));
      write({ resolv: `nameserver 127.0.0.8\nnameserver ${SERVER}\n` });
      return { ...setup, options: { timeout: 2000 } };
    },
    broken: ["name", "resolvers-deny-all"],
  },
  {
    name: "name server of this machine knows the root only by a limited answer",
    start: (stack) => machine(stack, (_, name) => ({ rcode: name === "." ? 5 : 3 })),
    codes: ["resolver-without-root"],
    without: ["resolvers-deny-all"],
  },
  {
    name: "no name server in the resolver file",
    start: async (stack) => {
      const setup = await machine(stack, ROOT_NS);
      write({ resolv: "search corp.test\n" });
      return { ...setup, options: { timeout: 2000 } };
    },
    broken: ["name", "local-resolver-dead"],
  },
  {
    name: "name server of this machine not running",
    start: async (stack) => {
      const setup = await machine(stack, ROOT_NS);
      write({ resolv: "nameserver 127.0.0.8\n" });
      return { ...setup, options: { timeout: 2000 } };
    },
    broken: ["name", "local-resolver-dead"],
  },
];
