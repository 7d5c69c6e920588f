import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { check, type CheckReport, type CheckTargetOptions, kindOf } from "../../lib/check/mod.ts";
import { makeCertificate, type TestCertificate } from "../kit/certificates.ts";
import { withFolder } from "../kit/folder.ts";
import { startCaddy, startNginx } from "../kit/nginx.ts";
import { peerTest } from "../kit/peer.ts";
import { octets, readUntil, scriptedServer } from "../kit/raw.ts";
import { served } from "../kit/served.ts";

const ROOT = await makeCertificate({ authority: true, names: [], commonName: "Web Root" });

/** Runs a program, and returns its exit code and output. */
async function run(program: string, args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  const command = new Deno.Command(program, { args: [...args], stdin: "null", stdout: "piped", stderr: "piped" });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout) + decoder.decode(stderr) };
}

function factsOf({ probes }: CheckReport): Record<string, unknown> {
  return Object.assign({}, ...probes.map(({ facts }) => facts));
}

/** Codes of findings that should be changed, or break the target. */
function worse({ probes }: CheckReport): string[] {
  return probes.filter(({ layer }) => layer === "tls" || layer === "application").flatMap(({ findings }) =>
    findings.filter((finding) => ["warning", "fault"].includes(kindOf(finding).mark)).map(({ code }) => code)
  );
}

/** Compares the report of a trusted web server with openssl and curl. */
async function agree(url: string, folder: string, root: TestCertificate, server: string): Promise<void> {
  await Deno.writeTextFile(`${folder}/root.pem`, root.cert);
  const report = await check(url, { timeout: 5000, tls: { caCerts: [root.cert] } });
  assertEquals([report.cause, worse(report)], [undefined, []], server);
  const facts = factsOf(report);
  const place = new URL(url).host;
  const trust = ["-connect", place, "-servername", "localhost", "-CAfile", `${folder}/root.pem`];
  const [modern, tls12, tls11, curl] = await Promise.all([
    run("openssl", ["s_client", ...trust]),
    run("openssl", ["s_client", ...trust, "-tls1_2"]),
    run("openssl", ["s_client", ...trust, "-tls1_1", "-cipher", "ALL@SECLEVEL=0"]),
    run("curl", ["-s", "-o", "/dev/null", "--cacert", `${folder}/root.pem`, "-w", "%{http_code} %{http_version}", url]),
  ]);
  assertStringIncludes(modern.out, "Verify return code: 0 (ok)");
  assertEquals(facts["tls-version"], /New, (TLSv1\.\d), Cipher is/.exec(modern.out)?.[1]?.replace("v", " "));
  assertStringIncludes(modern.out, `Cipher is ${facts.cipher}`);
  assertEquals(facts["old-tls"], /Cipher is (?!\(NONE\))/.test(tls11.out));
  assert(/Cipher is (?!\(NONE\))/.test(tls12.out));
  const subject = /^ *0 s:(.*)$/m.exec(modern.out)?.[1]?.replaceAll(" = ", "=");
  assertEquals(facts.subject, subject);
  const [status, version = ""] = curl.out.split(" ");
  assertEquals([`${facts.status}`, facts.alpn === "h2" ? "2" : "1.1"], [status, version]);
}

async function certificate(): Promise<[root: TestCertificate, leaf: TestCertificate]> {
  const root = ROOT;
  return [root, await makeCertificate({ names: ["localhost"], issuer: root, days: [-1, 60], commonName: "localhost" })];
}

const PAGE = "<!doctype html><title>A page</title>";

peerTest("check ↔ openssl, curl: nginx", ["nginx", "openssl", "curl"], () =>
  withFolder(async (folder) => {
    const [root, tls] = await certificate();
    await Deno.mkdir(`${folder}/root`);
    await Deno.writeTextFile(`${folder}/root/index.html`, PAGE);
    await using server = await startNginx(folder, { tls, http2: true, more: "ssl_protocols TLSv1.2 TLSv1.3;" });
    await agree(server.url, folder, root, "nginx");
  }));

peerTest("check ↔ openssl, curl: caddy", ["caddy", "openssl", "curl"], () =>
  withFolder(async (folder) => {
    const [root, tls] = await certificate();
    await Deno.mkdir(`${folder}/root`);
    await Deno.writeTextFile(`${folder}/root/index.html`, PAGE);
    await using server = await startCaddy(folder, { tls });
    await agree(server.url, folder, root, "caddy");
  }));

peerTest("check ↔ openssl, curl: file serve", ["openssl", "curl"], () =>
  withFolder(async (folder) => {
    const [root, tls] = await certificate();
    await using site = await served({ "index.html": PAGE }, { tls });
    await agree(`https://localhost:${site.port}/`, folder, root, "file serve");
  }));

/** A broken server, the code of check, and the exit code of curl. */
interface Disagreement {
  readonly name: string;
  readonly code: string;
  readonly curl: number;
  readonly answer?: string;
  readonly tls?: Parameters<typeof makeCertificate>[0];
  readonly scheme?: "http" | "https";
}

const BROKEN: readonly Disagreement[] = [
  { name: "expired", code: "certificate-expired", curl: 60, tls: { days: [-9, -2] } },
  { name: "not yet valid", code: "certificate-not-yet-valid", curl: 60, tls: { days: [2, 9] } },
  { name: "wrong name", code: "certificate-wrong-name", curl: 60, tls: { names: ["other.test"] } },
  { name: "plain HTTP", code: "tls-not-spoken", curl: 35, scheme: "https", answer: "HTTP/1.1 400 Bad Request\r\n\r\n" },
  {
    name: "loop",
    code: "redirect-loop",
    curl: 47,
    answer: "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n",
  },
  { name: "cut", code: "body-cut", curl: 18, answer: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc" },
  { name: "nothing", code: "http-closed", curl: 52, answer: "" },
  { name: "500", code: "http-server-error", curl: 22, answer: "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n" },
];

peerTest("check ↔ curl: what is broken is broken for both", ["curl"], () =>
  withFolder(async (folder) => {
    const root = ROOT;
    await Deno.writeTextFile(`${folder}/root.pem`, root.cert);
    for (const { name, code, curl, answer = "", tls, scheme = tls ? "https" : "http" } of BROKEN) {
      await using stack = new AsyncDisposableStack();
      const port = tls
        ? await secured(stack, await makeCertificate({ names: ["localhost"], issuer: root, ...tls }))
        : stack.use(scriptedServer(async (conn) => {
          if (scheme === "http") await readUntil(conn, /\r\n\r\n/);
          else await conn.read(new Uint8Array(4096));
          await conn.write(octets(answer));
        })).port;
      const url = `${scheme}://localhost:${port}/`;
      const options: CheckTargetOptions = { timeout: 1600, tls: { caCerts: [root.cert] } };
      const [report, other] = await Promise.all([
        check(url, options),
        run("curl", ["-sfL", "--max-redirs", "5", "-o", "/dev/null", "--cacert", `${folder}/root.pem`, url]),
      ]);
      assertEquals([name, report.cause?.finding.code, other.code], [name, code, curl]);
    }
  }));

async function secured(stack: AsyncDisposableStack, { cert, key }: TestCertificate): Promise<number> {
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
  const loop = (async () => {
    for await (const conn of listener) void conn.handshake().catch(() => {}).finally(() => conn.close());
  })();
  stack.defer(async () => {
    listener.close();
    await loop;
  });
  return await Promise.resolve((listener.addr as Deno.NetAddr).port);
}
