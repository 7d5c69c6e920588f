import { assert, assertEquals, assertMatch } from "@std/assert";
import { certificateFacts } from "../../lib/core/mod.ts";
import { makeCertificate } from "../kit/certificates.ts";
import { withFolder } from "../kit/folder.ts";
import { startNginx } from "../kit/nginx.ts";
import { peerTest } from "../kit/peer.ts";
import { freePort, untilListening } from "../kit/port.ts";
import { HAS_FULL_TLS } from "../kit/runtime.ts";
import { runTool, startTool } from "../kit/tool.ts";

/** A certificate as `openssl req -x509` makes it when asked for nothing else: CA:TRUE, and a common name alone. */
async function defaultCertificate(folder: string): Promise<string> {
  const args = [
    "req",
    "-x509",
    "-nodes",
    "-newkey",
    "rsa:2048",
    "-subj",
    "/CN=localhost",
    "-keyout",
    "s.key",
    "-out",
    "s.crt",
  ];
  const { success } = await new Deno.Command("openssl", { args, cwd: folder, stderr: "null" }).output();
  assert(success);
  return (await certificateFacts(await Deno.readTextFile(`${folder}/s.crt`))).pin;
}

/** Listeners that serve one connection, send what they have on stdin, and write what comes to stdout. */
const ONE_SHOT: readonly (readonly [program: string, args: (port: number) => readonly string[]])[] = [
  ["ncat", (port) => ["-l", "--ssl", "--ssl-cert", "s.crt", "--ssl-key", "s.key", "127.0.0.1", `${port}`]],
  ["socat", (port) => ["-t2", "STDIO", `OPENSSL-LISTEN:${port},bind=127.0.0.1,verify=0,cert=s.crt,key=s.key`]],
  [
    "openssl",
    (
      port,
    ) => ["s_server", "-quiet", "-naccept", "1", "-accept", `127.0.0.1:${port}`, "-cert", "s.crt", "-key", "s.key"],
  ],
];

for (const [program, args] of ONE_SHOT) {
  for (const way of ["pin", "insecure", "cacert"]) {
    const name = `tcp connect --tls --${way} ↔ ${program} that serves once`;
    // Deno 2.7 uses the one connection up to look at the certificate.
    const test = () =>
      withFolder(async (folder) => {
        const pin = await defaultCertificate(folder);
        const port = freePort();
        const peer = new Deno.Command(program, {
          args: [...args(port)],
          cwd: folder,
          stdin: "piped",
          stdout: "piped",
          stderr: "null",
        }).spawn();
        const heard = new Response(peer.stdout).text();
        const writer = peer.stdin.getWriter();
        await untilListening(port, peer);
        const trust = { pin: ["--pin", pin], insecure: ["--insecure"], cacert: ["--cacert", `${folder}/s.crt`] }[way] ??
          [];
        await writer.write(new TextEncoder().encode("from the server\n"));
        const { code, stdout, stderr } = await runTool("tcp", ["connect", "--tls", ...trust, `localhost:${port}`], {
          stdin: "from the client\n",
        });
        await writer.close().catch(() => {});
        await peer.status;
        assertEquals([stdout, await heard], ["from the server\n", "from the client\n"], stderr);
        assertEquals(code, 0, stderr);
      });
    if (HAS_FULL_TLS) peerTest(name, [program, "openssl"], test);
  }
}

peerTest(
  "tcp connect --tls with nothing to send ends with nginx, without an error",
  ["nginx", "openssl"],
  () =>
    withFolder(async (folder) => {
      const pair = await makeCertificate();
      await Deno.mkdir(`${folder}/root`);
      for (const version of ["TLSv1.2", "TLSv1.3"]) {
        await using server = await startNginx(folder, { tls: pair, more: `ssl_protocols ${version};` });
        const { host } = new URL(server.url);
        for (const trust of [["--cacert", `${folder}/cert.pem`], ["--pin", pair.pin], ["--insecure"]]) {
          const { code, stdout, stderr } = await runTool("tcp", ["connect", "--tls", ...trust, host]);
          const warning = trust[0] === "--insecure" ? "warning: --insecure: TLS certificate is not verified\n" : "";
          assertEquals([code, stdout, stderr], [0, "", warning], `${version} ${trust[0]}`);
        }
      }
    }),
);

peerTest(
  "tcp connect --tls: a server that dies is a cut connection, however it is trusted",
  ["openssl"],
  () =>
    withFolder(async (folder) => {
      const pin = await defaultCertificate(folder);
      for (const trust of [["--cacert", "s.crt"], ["--pin", pin], ["--insecure"]]) {
        if (!HAS_FULL_TLS) continue;
        const port = freePort();
        const args = ["s_server", "-quiet", "-accept", `127.0.0.1:${port}`, "-cert", "s.crt", "-key", "s.key"];
        const peer = new Deno.Command("openssl", { args, cwd: folder, stdin: "piped", stdout: "piped", stderr: "null" })
          .spawn();
        const writer = peer.stdin.getWriter();
        await untilListening(port, peer);
        await using client = await startTool("tcp", ["connect", "--json", "--tls", ...trust, `localhost:${port}`], {
          cwd: folder,
        });
        const input = client.process.stdin.getWriter();
        await input.write(new TextEncoder().encode("hello\n"));
        // It has what was said: it dies with nothing unread, and the system ends the connection for it.
        const { value } = await peer.stdout.getReader().read();
        assertEquals(new TextDecoder().decode(value), "hello\n");
        peer.kill("SIGKILL");
        await peer.status;
        await writer.close().catch(() => {});
        const [code, stderr] = [await client.code, client.stderr()];
        await input.close().catch(() => {});
        const record = JSON.parse(stderr.split("\n").find((line) => line.startsWith("{")) ?? "{}");
        assertEquals([code, record.ended, record.error?.code], [3, "broken", "connection-cut"], stderr);
      }
    }),
);

peerTest(
  "client certificates: sent where they are given, and missed by name where not",
  ["openssl", "nginx"],
  () =>
    withFolder(async (folder) => {
      const authority = await makeCertificate({ authority: true, names: [], commonName: "Clients" });
      const client = await makeCertificate({ issuer: authority, names: ["client.test"] });
      const stranger = await makeCertificate({ names: ["client.test"] });
      const server = await makeCertificate();
      const files = { "ca.crt": authority.cert, "client.crt": client.cert, "client.key": client.key };
      const more = { "both.pem": client.cert + client.key, "stranger.pem": stranger.cert + stranger.key };
      for (const [name, text] of Object.entries({ ...files, ...more, "s.crt": server.cert, "s.key": server.key })) {
        await Deno.writeTextFile(`${folder}/${name}`, text);
      }
      const own = { separate: ["--cert", "client.crt", "--key", "client.key"], together: ["--cert", "both.pem"] };
      for (const version of ["-tls1_2", "-tls1_3"]) {
        const port = freePort();
        const peer = new Deno.Command("openssl", {
          args: [
            ...[
              "s_server",
              "-quiet",
              "-rev",
              "-accept",
              `127.0.0.1:${port}`,
              "-cert",
              "s.crt",
              "-key",
              "s.key",
              version,
            ],
            ...["-Verify", "1", "-verify_return_error", "-CAfile", "ca.crt"],
          ],
          ...{ cwd: folder, stdin: "null", stdout: "null", stderr: "null" },
        }).spawn();
        await untilListening(port, peer);
        const connect = (...args: readonly string[]) =>
          runTool("tcp", ["connect", "--tls", "--cacert", "s.crt", ...args, `localhost:${port}`], {
            stdin: "abc\n",
            cwd: folder,
          });
        const without = await connect();
        assertMatch(
          without.stderr,
          /the server requires a client certificate\n(?:.*\n)*hint: use --cert FILE/,
          version,
        );
        assertEquals(without.code, 3);
        for (const given of Object.values(own)) {
          const { code, stdout, stderr } = await connect(...given);
          if (HAS_FULL_TLS) assertEquals([code, stdout, stderr], [0, "cba\n", ""], version);
          else assertMatch(stderr, /client certificates require Deno 2\.8 or later/);
        }
        const other = await connect("--cert", "stranger.pem");
        if (HAS_FULL_TLS) assertMatch(other.stderr, /the server rejects the client certificate/, version);
        assertEquals(other.code, HAS_FULL_TLS ? 3 : 5);
        peer.kill("SIGKILL");
        await peer.status;
      }
      if (!HAS_FULL_TLS) return;
      await Deno.mkdir(`${folder}/root`);
      await Deno.writeTextFile(`${folder}/root/page`, "for clients");
      const verify = `ssl_verify_client on; ssl_client_certificate ${folder}/ca.crt;`;
      await using nginx = await startNginx(folder, { tls: server, more: verify });
      const got = await runTool("get", ["--cacert", "s.crt", ...own.separate, `${nginx.url}page`], { cwd: folder });
      assertEquals([got.code, got.stdout], [0, "for clients"], got.stderr);
      const refused = await runTool("get", ["--cacert", "s.crt", `${nginx.url}page`], { cwd: folder });
      assertEquals([refused.code, refused.stdout], [1, ""]);
    }),
);

Deno.test("client certificates: what cannot be used is refused before anything is sent", () =>
  withFolder(async (folder) => {
    const [one, other] = [await makeCertificate(), await makeCertificate()];
    const texts: Record<string, string> = {
      "one.crt": one.cert,
      "other.key": other.key,
      "empty": "",
      "locked.key": "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    };
    for (const [name, text] of Object.entries(texts)) await Deno.writeTextFile(`${folder}/${name}`, text);
    const cases: [string[], RegExp][] = [
      [["--cert", "one.crt", "--key", "other.key"], /the private key does not match the certificate in one\.crt/],
      [["--cert", "one.crt"], /cannot use one\.crt: no private key found/],
      [["--cert", "empty", "--key", "other.key"], /cannot use empty: no certificate found/],
      [["--cert", "one.crt", "--key", "locked.key"], /the private key is encrypted/],
      [["--cert", "none", "--key", "other.key"], /cannot read none: no such file/],
    ];
    for (const [args, text] of cases) {
      const { code, stderr } = await runTool("tcp", ["connect", "--tls", ...args, "localhost:1"], { cwd: folder });
      assertMatch(stderr, text);
      assertEquals(code, 5);
    }
  }));
