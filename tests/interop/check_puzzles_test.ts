/**
 * Questions of other people whose cause was found, rebuilt with the programs in which they arose. What matters is the first screen:
 * each golden file must name the cause. Those that need a network of their own are in tests/kit/check_puzzles.ts.
 * @module
 */
import { makeCertificate } from "../kit/certificates.ts";
import { MACHINE_PUZZLES } from "../kit/check_puzzles.ts";
import { testMachineSetups } from "../kit/check_namespace.ts";
import { type CheckSetup, testSetups } from "../kit/check_setup.ts";
import { hiddenDays } from "../kit/days.ts";
import { startNginx, startServer } from "../kit/nginx.ts";
import { startNsd } from "../kit/nsd.ts";
import { freePort } from "../kit/port.ts";
import { POSTFIX, startPostfix } from "../kit/postfix.ts";

const ROOT = await makeCertificate({ authority: true, names: [], commonName: "Puzzle Root" });
const MIDDLE = await makeCertificate({ authority: true, names: [], commonName: "Puzzle CA G2", issuer: ROOT });
const LEAF = await makeCertificate({ names: ["localhost"], commonName: "localhost", issuer: MIDDLE, days: [-1, 90] });
const WHOLE = { cert: LEAF.cert + MIDDLE.cert, key: LEAF.key };
const TRUSTED = { tls: { caCerts: [ROOT.cert] } };
const DAYS = hiddenDays(-1, 30, 90);

/** Creates a temporary folder with an empty site. */
async function siteFolder(stack: AsyncDisposableStack): Promise<string> {
  const folder = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  await Deno.mkdir(`${folder}/root`);
  return folder;
}

const PUZZLES: readonly CheckSetup[] = [
  {
    // "Certificate error with Curl but not Firefox or Chrome", https://github.com/curl/curl/issues/2197: the server sends its own
    // certificate only; browsers have the intermediate one from other sites.
    name: "puzzle: certificate error with curl, but not in browsers",
    peers: ["nginx"],
    async start(stack) {
      const { url } = stack.use(await startNginx(await siteFolder(stack), { tls: LEAF }));
      return { target: url, options: TRUSTED, hide: DAYS };
    },
    broken: ["tls", "chain-incomplete"],
  },
  {
    // 'Redirect loop when using "Cloudflare SSL/TLS encryption mode is Flexible"',
    // https://github.com/homeall/caddy-reverse-proxy-cloudflare/issues/4: the proxy in front does TLS and asks Caddy over plain
    // HTTP, which redirects all such requests to https.
    name: "puzzle: redirect loop behind a proxy that does TLS",
    peers: ["nginx", "caddy"],
    async start(stack) {
      const folder = await siteFolder(stack);
      const origin = freePort();
      const site =
        `{\n admin off\n auto_https off\n}\nhttp://:${origin} {\n bind 127.0.0.1\n redir https://{hostport}{uri} 308\n}\n`;
      await Deno.writeTextFile(`${folder}/Caddyfile`, site);
      const args = ["run", "--config", `${folder}/Caddyfile`, "--adapter", "caddyfile"];
      stack.use(await startServer("caddy", args, origin, { XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder }));
      const more = `location / { proxy_pass http://127.0.0.1:${origin}; proxy_set_header Host $http_host; }`;
      const { url } = stack.use(await startNginx(folder, { tls: WHOLE, more }));
      return { target: url, options: TRUSTED };
    },
    broken: ["application", "redirect-loop"],
  },
  {
    // "benötigte Curl Version", https://github.com/menatwork/syncCto/issues/288: `cURL error 35: wrong version number`,
    // with several versions of PHP; the URL was for https, and the port that of plain HTTP.
    name: "puzzle: wrong version number",
    peers: ["nginx"],
    async start(stack) {
      const { url } = stack.use(await startNginx(await siteFolder(stack)));
      return { target: url.replace("http://127.0.0.1", "https://localhost"), options: TRUSTED };
    },
    broken: ["tls", "tls-not-spoken"],
  },
  {
    // "On Dovecot I have it working but Postfix gives tan error", https://github.com/plesk/letsencrypt-plesk/issues/97: Postfix
    // cannot read its new certificate, offers STARTTLS all the same, and refuses it with 454.
    name: "puzzle: Postfix without its certificate",
    peers: POSTFIX,
    async start(stack) {
      const more = ["smtpd_tls_cert_file = /nowhere/fullchain.pem"];
      const { smtp } = stack.use(await startPostfix({ tls: WHOLE, more }));
      return { target: `smtp://localhost:${smtp}`, options: TRUSTED };
    },
    broken: ["tls", "starttls-refused"],
  },
  {
    // "Always perform DNS lookup limit validation", https://github.com/ValiMail/coppertone/issues/56: with this record mail from one
    // address passes, and from another fails with permerror, for it comes after the tenth lookup. A mail server is added.
    name: "puzzle: SPF passes for one sender and fails for another",
    peers: ["nsd", ...POSTFIX],
    async start(stack) {
      const hosts = Array.from({ length: 9 }, (_, index) => `a:s${index + 1}.h.example.test`).join(" ");
      const zone = [
        "@ 300 IN SOA ns host 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n@ A 127.0.0.2\n@ MX 10 mx\nmx A 127.0.0.1",
        `@ TXT "v=spf1 ${hosts} a:s1.h0.example.test a ~all"`,
        '*.h A 127.0.0.1\n*.h0 A 127.0.0.1\n_dmarc TXT "v=DMARC1; p=reject; rua=mailto:d@example.test"',
      ];
      const { port } = stack.use(await startNsd({ "example.test.": `${zone.join("\n")}\n` }));
      const mx = await makeCertificate({ names: ["mx.example.test"], issuer: ROOT });
      const { smtp } = stack.use(await startPostfix({ tls: mx, host: "mx.example.test" }));
      const options = {
        ...{ ...TRUSTED, servers: [{ protocol: "udp" as const, host: "127.0.0.1", port }] },
        connectTo: [{ port: 25, toHost: "127.0.0.1", toPort: smtp }],
      };
      return { target: "mail:example.test", options };
    },
    broken: ["application", "spf-too-many-lookups"],
  },
];

testSetups(PUZZLES);
testMachineSetups("puzzles", MACHINE_PUZZLES);
