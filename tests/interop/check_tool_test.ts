import { assertEquals } from "@std/assert";
import { DOVECOT, startDovecot } from "../kit/dovecot.ts";
import { startCaddy, startNginx } from "../kit/nginx.ts";
import { peerTest } from "../kit/peer.ts";
import { freePort } from "../kit/port.ts";
import { keyPair } from "../kit/sink_certificate.ts";
import { runTool } from "../kit/tool.ts";
import { startUnbound } from "../kit/unbound.ts";

/** Name servers of the root, which a test cannot ask. */
const ROOT = ['local-data: ". 300 NS a.root.test."'];

/** A folder with a page to serve. */
async function site(stack: AsyncDisposableStack): Promise<string> {
  const folder = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  await Deno.mkdir(`${folder}/root`);
  await Deno.writeTextFile(`${folder}/root/index.html`, "<!doctype html><title>A page</title>");
  return folder;
}

peerTest("check ↔ nginx, caddy, dovecot, unbound: the tool", ["nginx", "caddy", "unbound", ...DOVECOT], async () => {
  await using stack = new AsyncDisposableStack();
  const folder = await site(stack);
  const nginx = stack.use(await startNginx(folder, { tls: keyPair, http2: true }));
  const caddy = stack.use(await startCaddy(await site(stack), { tls: keyPair }));
  const { ports } = stack.use(await startDovecot({ tls: keyPair }));
  const unbound = stack.use(await startUnbound(keyPair, ROOT));
  const closed = `tcp://127.0.0.1:${freePort()}`;
  const well = [
    ...[nginx.url, caddy.url, `imap://127.0.0.1:${ports.imap}`, `imaps://127.0.0.1:${ports.imaps}`],
    ...[`pop3://127.0.0.1:${ports.pop3}`, `pop3s://127.0.0.1:${ports.pop3s}`],
    ...[`dns://127.0.0.1:${unbound.port}`, `dot://127.0.0.1:${unbound.tls}`],
    `doh://127.0.0.1:${unbound.https}/dns-query`,
  ];
  const { code, stdout, stderr } = await runTool("check", ["--json", "--cacert", `${folder}/cert.pem`, "-"], {
    stdin: [...well, closed].map((target) => `${target}\n`).join(""),
  });
  const verdicts = stdout.trimEnd().split("\n").map((line) => JSON.parse(line))
    .filter(({ event }) => event === "verdict")
    .map(({ target, outcome, cause }) => [target, outcome, cause?.code]);
  const expected = [...well.map((target) => [target, "well", undefined]), [closed, "target", "port-refused"]];
  assertEquals([verdicts.toSorted(), code, stderr], [expected.toSorted(), 6, ""]);
});
