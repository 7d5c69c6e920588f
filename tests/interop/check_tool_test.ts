import { assertWell, at, type Server, siteFolder } from "../kit/check_servers.ts";
import { DOVECOT, startDovecot } from "../kit/dovecot.ts";
import { startCaddy, startNginx } from "../kit/nginx.ts";
import { peerTest } from "../kit/peer.ts";
import { freePort } from "../kit/port.ts";
import { keyPair } from "../kit/sink_certificate.ts";
import { startUnbound } from "../kit/unbound.ts";

/** Name servers of the root, which a test cannot ask. */
const ROOT = ['local-data: ". 300 NS a.root.test."'];

/** Servers that bundles and executables meet. Dovecot treats this machine as secure. */
const SERVERS: readonly Server[] = [
  {
    name: "dovecot",
    peers: DOVECOT,
    async start(stack) {
      const { ports } = stack.use(await startDovecot({ tls: keyPair }));
      return {
        [at("imap", ports.imap)]: ["login-in-clear"],
        [at("pop3", ports.pop3)]: ["login-in-clear"],
        [at("imaps", ports.imaps)]: [],
        [at("pop3s", ports.pop3s)]: [],
      };
    },
  },
  {
    name: "unbound",
    peers: ["unbound"],
    async start(stack) {
      const { port, tls, https } = stack.use(await startUnbound(keyPair, ROOT));
      return { [at("dns", port)]: [], [at("dot", tls)]: [], [at("doh", https, "/dns-query")]: [] };
    },
  },
  {
    name: "nginx",
    peers: ["nginx"],
    async start(stack) {
      const more = "ssl_protocols TLSv1.2 TLSv1.3;";
      const { url } = stack.use(await startNginx(await siteFolder(stack), { tls: keyPair, http2: true, more }));
      return { [url]: [] };
    },
  },
  {
    name: "caddy",
    peers: ["caddy"],
    async start(stack) {
      const { url } = stack.use(await startCaddy(await siteFolder(stack), { tls: keyPair }));
      return { [url]: [] };
    },
  },
];

const names = SERVERS.map(({ name }) => name).join(", ");
const peers = SERVERS.flatMap(({ peers = [] }) => peers);

peerTest(`check: all is well with ${names}, checked at once with a closed port`, peers, async () => {
  await using stack = new AsyncDisposableStack();
  const started = await Promise.all(SERVERS.map(({ start }) => start(stack)));
  const targets = Object.fromEntries(started.flatMap((targets) => Object.entries(targets)));
  await assertWell(stack, targets, { [at("tcp", freePort())]: "port-refused" });
});
