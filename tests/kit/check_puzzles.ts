import type { KeyPair } from "../../lib/core/mod.ts";
import { makeCertificate } from "./certificates.ts";
import { changed, listen, write } from "./check_machine_setups.ts";
import type { CheckSetup } from "./check_setup.ts";
import { keyPair } from "./sink_certificate.ts";
import { startUnbound } from "./unbound.ts";
import { until } from "./wait.ts";

const ROOT = await makeCertificate({ authority: true, names: [], commonName: "Puzzle Root" });

/**
 * Two networks behind this machine's own: a router, and a server with nginx. The way back to this machine takes packets of 1450
 * bytes, as the overlay networks of clouds do, while this machine and the server use 1500; the router's ICMP errors are dropped.
 */
const NETWORKS = `
mountpoint -q /run/netns || { mkdir -p /run/netns; mount -t tmpfs none /run/netns; }
ip netns add router
ip netns add server
ip link add toward type veth peer name back netns router
ip link add inner netns router type veth peer name outer netns server
ip addr add 198.51.100.2/24 dev toward
ip link set toward up
ip -n router addr add 198.51.100.1/24 dev back
ip -n router link set back mtu 1450 up
ip -n router addr add 203.0.113.1/24 dev inner
ip -n router link set inner up
ip netns exec router sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
ip netns exec router nft 'add table ip t; add chain ip t out { type filter hook output priority 0; }; \
add rule ip t out icmp type destination-unreachable icmp code frag-needed drop'
ip -n server addr add 203.0.113.2/24 dev outer
ip -n server link set outer up
ip -n server link set lo up
ip -n server route add default via 203.0.113.1
ip route add 203.0.113.0/24 via 198.51.100.1
`;
const NO_NETWORKS = "ip link del toward; ip netns del router; ip netns del server";

/** Questions of other people whose cause was found, which need a network and resolver files of their own. */
export const MACHINE_PUZZLES: readonly CheckSetup[] = [
  {
    // "https requests hang in 1.10.0", https://github.com/moby/moby/issues/20178: in containers small requests work, and HTTPS
    // hangs; the network of the cloud takes packets of 1450 bytes only, and the container's interface has 1500.
    name: "puzzle: https hangs in containers",
    peers: ["nginx", "nft"],
    async start(stack) {
      await changed(stack, NETWORKS, NO_NETWORKS);
      // Longer than a packet.
      const names = ["203.0.113.2", ...Array.from({ length: 60 }, (_, index) => `host-${index}.puzzle.example.test`)];
      const tls = await makeCertificate({ names, issuer: ROOT });
      const folder = await Deno.makeTempDir();
      stack.defer(() => Deno.remove(folder, { recursive: true }));
      await startBehind(stack, folder, tls);
      return { target: "https://203.0.113.2:8443/", options: { timeout: 1600, tls: { caCerts: [ROOT.cert] } } };
    },
    broken: ["reach", "path-mtu-suspected"],
    codes: ["tls-stalled"],
  },
  {
    // "Web Connectivity LTE: AS30722: web.wechat.com: generic_timeout_error during dnslookup",
    // https://github.com/ooni/probe/issues/2292: the router at home passes on no answer about AAAA where there are none, and each
    // look-up waits for it.
    name: "puzzle: look-ups take five seconds, and then work",
    peers: ["unbound", "nft"],
    async start(stack) {
      write({});
      const zone = ["interface: 127.0.0.53@53", 'local-zone: "web.wechat.test." static'];
      stack.use(await startUnbound(keyPair, [...zone, 'local-data: "web.wechat.test. 300 A 127.0.0.1"']));
      // The type of the question: behind the head of UDP, that of DNS, and the name.
      const at = 8 * (8 + 12 + "web.wechat.test".length + 2);
      await changed(
        stack,
        "nft 'add table inet t; add chain inet t in { type filter hook input priority 0; }; " +
          `add rule inet t in udp dport 53 @th,${at},16 28 drop'`,
        "nft delete table inet t",
      );
      const port = listen(stack);
      return { target: `tcp://web.wechat.test:${port}`, options: { timeout: 1600 } };
    },
    broken: ["name", "lookup-waits"],
  },
];

/** Starts nginx in the namespace of the server. */
async function startBehind(stack: AsyncDisposableStack, folder: string, tls: KeyPair): Promise<void> {
  await Deno.writeTextFile(`${folder}/cert.pem`, tls.cert);
  await Deno.writeTextFile(`${folder}/key.pem`, tls.key);
  await Deno.writeTextFile(
    `${folder}/nginx.conf`,
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log; events {}
     http {
       access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
       fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
       server { listen 203.0.113.2:8443 ssl; ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem; }
     }`,
  );
  const args = ["netns", "exec", "server", "nginx", "-p", folder, "-c", `${folder}/nginx.conf`];
  const process = new Deno.Command("ip", { args: [...args, "-e", `${folder}/error.log`], stdin: "null" }).spawn();
  stack.defer(async () => {
    process.kill("SIGTERM");
    await process.status;
  });
  await until("nginx in its network", () => / [0-9A-F]{8}:20FB 0{8}:0000 0A /.test(readNet(process.pid)));
}

/** Returns the table of the TCP sockets in the network of a process. */
function readNet(pid: number): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/net/tcp`);
  } catch {
    return "";
  }
}
