import { X509Certificate } from "../../../lib/deps/x509.ts";
import { makeCertificate } from "../../kit/certificates.ts";
import { type CheckedSetup, testSetups } from "../../kit/check_setup.ts";
import { STALLED } from "../../kit/check_stalled.ts";
import { listening } from "../../kit/daemon.ts";
import { dayFromNow, hiddenDays } from "../../kit/days.ts";
import { echoServer } from "../../kit/echo_tls.ts";
import { freePort } from "../../kit/port.ts";
import { octets, readUntil, scriptedServer } from "../../kit/raw.ts";

/** A server of scripted bytes: what it sends for each first message of a client. */
function scripted(
  stack: AsyncDisposableStack,
  scheme: string,
  answer: (hello: Uint8Array, conn: Deno.TcpConn) => Uint8Array | Promise<void> | undefined,
): CheckedSetup {
  const server = stack.use(scriptedServer(async (conn) => {
    const buffer = new Uint8Array(4096);
    const count = await conn.read(buffer);
    if (count === null) return;
    const bytes = answer(buffer.subarray(0, count), conn);
    if (bytes instanceof Uint8Array) await conn.write(bytes);
    else await bytes;
  }));
  return { target: `${scheme}://localhost:${server.port}`, options: { timeout: 5000 } };
}

/** A ServerHello of an old version, which closes afterwards. */
function oldHello(minor: number): Uint8Array {
  const body = [3, minor, ...new Uint8Array(32), 0, 0xc0, 0x13, 0];
  return Uint8Array.from([22, 3, minor, 0, body.length + 4, 2, 0, 0, body.length, ...body]);
}

function alert(description: number): Uint8Array {
  return Uint8Array.of(21, 3, 3, 0, 2, 2, description);
}

/** Reads until the client ends. */
async function silent(conn: Deno.TcpConn): Promise<void> {
  while (await conn.read(new Uint8Array(4096)) !== null);
}

/** Starts `openssl s_server` with the certificate in a folder, and returns the target. */
async function serverOf(stack: AsyncDisposableStack, folder: string, serve: readonly string[]): Promise<string> {
  const port = freePort();
  const args = ["s_server", "-accept", `127.0.0.1:${port}`, "-cert", `${folder}/cert.pem`, "-key", `${folder}/key.pem`];
  const process = new Deno.Command("openssl", {
    args: [...args, "-quiet", ...serve],
    ...{ stdin: "null", stdout: "null", stderr: "null" },
  }).spawn();
  stack.use(await listening(process, port, { folder }));
  return `tls://localhost:${port}`;
}

/** Starts `openssl s_server` with a certificate that its own command makes. */
async function openssl(
  stack: AsyncDisposableStack,
  make: readonly string[],
  serve: readonly string[] = [],
): Promise<CheckedSetup> {
  const folder = await Deno.makeTempDir();
  const files = ["-keyout", `${folder}/key.pem`, "-out", `${folder}/cert.pem`];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "60"];
  const made = await new Deno.Command("openssl", { args: ["req", "-x509", "-nodes", ...make, ...files, ...subject] })
    .output();
  if (!made.success) throw new Error(new TextDecoder().decode(made.stderr));
  const target = await serverOf(stack, folder, serve);
  return {
    target,
    options: { tls: { caCerts: [await Deno.readTextFile(`${folder}/cert.pem`)] } },
  };
}

/** Starts a server that staples an OCSP response of its authority, with the line of the authority's index about its certificate. */
async function stapling(stack: AsyncDisposableStack, line: (serial: string) => string): Promise<CheckedSetup> {
  const issuer = await makeCertificate({ authority: true, names: [], commonName: "Test Root" });
  const leaf = await makeCertificate({ issuer, days: [-1, 60], commonName: "localhost" });
  const folder = await Deno.makeTempDir();
  const at = (name: string) => `${folder}/${name}`;
  const serial = new X509Certificate(leaf.cert).serialNumber.toUpperCase();
  const files = { "ca.pem": issuer.cert, "ca.key": issuer.key, "cert.pem": leaf.cert, "key.pem": leaf.key };
  for (const [name, text] of Object.entries({ ...files, "index": line(serial) })) {
    await Deno.writeTextFile(at(name), text);
  }
  const ca = ["-CA", at("ca.pem"), "-rsigner", at("ca.pem"), "-rkey", at("ca.key"), "-issuer", at("ca.pem")];
  const args = ["ocsp", "-index", at("index"), ...ca, "-cert", at("cert.pem"), "-ndays", "7", "-noverify"];
  const made = await new Deno.Command("openssl", { args: [...args, "-respout", at("ocsp.der")] }).output();
  if (!made.success) throw new Error(new TextDecoder().decode(made.stderr));
  const target = await serverOf(stack, folder, ["-status_file", at("ocsp.der")]);
  return { target, options: { tls: { caCerts: [issuer.cert] } }, hide: hiddenDays(0, 6, 7) };
}

const EC = [
  "-newkey",
  "ec",
  "-pkeyopt",
  "ec_paramgen_curve:prime256v1",
  "-addext",
  "basicConstraints=critical,CA:FALSE",
];

testSetups([
  {
    name: "only TLS 1.0",
    start: (stack) => scripted(stack, "https", () => oldHello(1)),
    broken: ["tls", "tls-too-old"],
  },
  {
    name: "only TLS 1.1",
    start: (stack) => scripted(stack, "https", () => oldHello(2)),
    broken: ["tls", "tls-too-old"],
  },
  {
    name: "every version refused",
    start: (stack) => scripted(stack, "https", () => alert(70)),
    broken: ["tls", "tls-too-old"],
  },
  {
    name: "server name refused",
    start: (stack) => scripted(stack, "https", () => alert(112)),
    broken: ["tls", "server-name-refused"],
  },
  {
    name: "no ALPN in common",
    start: (stack) => scripted(stack, "https", () => alert(120)),
    broken: ["tls", "tls-no-protocol"],
  },
  {
    name: "handshake stalls",
    start: (stack) => ({ ...scripted(stack, "https", (_, conn) => silent(conn)), ...STALLED }),
    broken: ["tls", "tls-stalled"],
  },
  {
    name: "closed in the handshake",
    start: (stack) => scripted(stack, "https", () => undefined),
    broken: ["tls", "tls-cut"],
  },
  {
    name: "plain HTTP on the port of https",
    start: (stack) =>
      scripted(
        stack,
        "https",
        () => octets("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
      ),
    broken: ["tls", "tls-not-spoken"],
  },
  {
    name: "SSH on the port of https",
    start: (stack) => {
      const server = stack.use(scriptedServer(async (conn) => {
        await conn.write(octets("SSH-2.0-OpenSSH_9.2\r\n"));
        await silent(conn);
      }));
      return { target: `https://localhost:${server.port}` };
    },
    broken: ["tls", "tls-not-spoken"],
  },
  {
    name: "old versions accepted too",
    peers: ["openssl"],
    start: (stack) => openssl(stack, EC, ["-cipher", "ALL@SECLEVEL=0", "-min_protocol", "TLSv1"]),
    codes: ["old-tls-accepted", "tls-trusted"],
  },
  {
    name: "no session resumption",
    peers: ["openssl"],
    start: (stack) => openssl(stack, EC, ["-no_ticket", "-no_cache"]),
    codes: ["session-not-resumed"],
  },
  {
    name: "only TLS 1.3",
    peers: ["openssl"],
    start: (stack) => openssl(stack, EC, ["-tls1_3"]),
    codes: ["tls-version", "certificate-valid", "old-tls-refused"],
    without: ["tls-1.3-missing"],
  },
  {
    name: "only TLS 1.2",
    peers: ["openssl"],
    start: (stack) => openssl(stack, EC, ["-tls1_2"]),
    codes: ["tls-1.3-missing", "tls-version"],
  },
  {
    name: "OCSP stapled",
    peers: ["openssl"],
    start: (stack) => stapling(stack, (serial) => `V\t20991231235959Z\t\t${serial}\tunknown\t/CN=localhost\n`),
    codes: ["ocsp-stapled"],
  },
  {
    name: "certificate revoked",
    peers: ["openssl"],
    start: (stack) =>
      stapling(stack, (serial) => `R\t20991231235959Z\t260101000000Z\t${serial}\tunknown\t/CN=localhost\n`),
    broken: ["tls", "certificate-revoked"],
  },
  {
    name: "weak key",
    peers: ["openssl"],
    start: (stack) => openssl(stack, ["-newkey", "rsa:1024"], ["-cipher", "ALL@SECLEVEL=0"]),
    broken: ["tls", "certificate-weak-key"],
  },
  {
    name: "client certificate asked",
    peers: ["openssl"],
    start: (stack) => openssl(stack, EC, ["-verify", "1"]),
    codes: ["client-certificate-asked"],
    without: ["client-certificate-required"],
  },
  {
    name: "client certificate required",
    peers: ["openssl"],
    start: (stack) => openssl(stack, EC, ["-Verify", "1"]),
    broken: ["tls", "client-certificate-required"],
  },
  {
    name: "client certificate required with TLS 1.2",
    peers: ["openssl"],
    start: (stack) => openssl(stack, EC, ["-Verify", "1", "-tls1_2"]),
    broken: ["tls", "client-certificate-required"],
  },
  {
    name: "clock slow by two years",
    start: async (stack) => {
      const pair = await makeCertificate({ days: [-100, 100], commonName: "localhost" });
      const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert: pair.cert, key: pair.key });
      const answer = async (conn: Deno.TlsConn) => {
        try {
          await readUntil(conn, /\r\n\r\n/);
          const head = `HTTP/1.1 200 OK\r\nDate: ${new Date().toUTCString()}\r\nContent-Length: 0\r\nConnection: close`;
          await conn.write(octets(`${head}\r\n\r\n`));
        } catch {
          // A client that only looks at the handshake.
        } finally {
          conn.close();
        }
      };
      const loop = (async () => {
        for await (const conn of listener) void answer(conn);
      })();
      stack.defer(() => (listener.close(), loop));
      const slow = dayFromNow(-730);
      return {
        target: `https://localhost:${(listener.addr as Deno.NetAddr).port}/`,
        options: { now: () => slow, tls: { caCerts: [pair.cert] } },
        hide: hiddenDays(-730, -101, -100, 0, 99, 100),
      };
    },
    broken: ["tls", "clock-wrong"],
  },
  {
    name: "TLS that echoes",
    start: async (stack) => {
      const pair = await makeCertificate({ days: [-1, 60] });
      const server = stack.use(echoServer(pair));
      return { target: `tls://127.0.0.1:${server.port}`, options: { tls: { caCerts: [pair.cert] } } };
    },
    codes: ["tls-trusted", "certificate-valid"],
  },
]);
