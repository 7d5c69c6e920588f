import { assert, assertEquals, assertThrows } from "@std/assert";
import { serveChat } from "../../lib/chat/mod.ts";
import { type ServerTls, SystemError } from "../../lib/core/mod.ts";
import { serveFiles } from "../../lib/file/mod.ts";
import { listen } from "../../lib/tcp/mod.ts";
import { makeCertificate } from "../kit/certificates.ts";
import { type ClientCase, clientCases } from "../kit/client_certificates.ts";
import { VERSIONS } from "../kit/impostor.ts";
import { peerTest } from "../kit/peer.ts";
import { HAS_FULL_TLS } from "../kit/runtime.ts";
import { within } from "../kit/wait.ts";

type Started = AsyncDisposable & { readonly port?: number };
/** A server that requires client certificates and tells why it rejected a client. */
interface Subject {
  readonly name: string;
  readonly start: (tls: ServerTls, folder: string, rejected: (code: string) => void) => Started;
  readonly request: string;
  readonly answer: RegExp;
}

const SUBJECTS: readonly Subject[] = [
  {
    name: "tcp",
    start: (tls, _, rejected) =>
      listen("127.0.0.1:0", {
        tls,
        onError: ({ error }) => rejected(error.code),
        onConnection: async (connection) => {
          await connection.write(`welcome ${connection.security?.certificate?.subject}\n`);
        },
      }),
    request: "",
    answer: /^welcome CN=/,
  },
  {
    name: "file",
    start: (tls, folder, rejected) =>
      serveFiles(folder, "127.0.0.1:0", { tls, onRefused: ({ error }) => rejected(error.code) }),
    request: "GET /a.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    answer: /^HTTP\/1\.1 200 OK[^]*\r\n\r\nserved$/,
  },
  {
    name: "chat",
    start: (tls, _, rejected) =>
      serveChat("127.0.0.1:0", { tls, onEvent: ({ error }) => error && rejected(error.code) }),
    request: "NICK ann\r\nUSER ann 0 * :Ann\r\nQUIT\r\n",
    answer: / 001 ann /,
  },
];

async function openssl(
  port: number,
  version: string,
  folder: string,
  { shows }: ClientCase,
  input: string,
  words: readonly string[] = [],
) {
  const args = ["s_client", "-quiet", `-tls${version.replace(".", "_")}`, "-connect", `127.0.0.1:${port}`, ...words];
  if (shows) {
    await Deno.writeTextFile(`${folder}/client.pem`, shows.cert);
    await Deno.writeTextFile(`${folder}/client.key`, shows.key);
    args.push("-cert", `${folder}/client.pem`, "-key", `${folder}/client.key`);
    if (shows.chain !== undefined) {
      await Deno.writeTextFile(`${folder}/chain.pem`, shows.chain);
      args.push("-cert_chain", `${folder}/chain.pem`);
    }
  }
  const client = new Deno.Command("openssl", { args, stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
  const feed = new Blob([input]).stream().pipeTo(client.stdin).catch(() => {});
  const [{ stdout, code }] = await Promise.all([client.output(), feed]);
  return { stdout: new TextDecoder().decode(stdout), code };
}

const server = await makeCertificate();

for (const subject of SUBJECTS) {
  for (const version of VERSIONS) {
    if (!HAS_FULL_TLS) continue;
    peerTest(`${subject.name} requires client certificates (TLS ${version})`, ["openssl"], async () => {
      const folder = await Deno.makeTempDir();
      const { authorities, cases } = await clientCases();
      const rejections: string[] = [];
      let arrived = Promise.withResolvers<void>();
      try {
        await Deno.writeTextFile(`${folder}/a.txt`, "served");
        const tls = { cert: server.cert, key: server.key, clientCa: [authorities] };
        await using running = subject.start(tls, folder, (code) => (rejections.push(code), arrived.resolve()));
        for (const one of cases) {
          rejections.length = 0;
          arrived = Promise.withResolvers();
          const { stdout, code } = await openssl(running.port ?? 0, version, folder, one, subject.request);
          if (one.code === undefined) {
            assert(subject.answer.test(stdout), `${one.name}: ${stdout} ${rejections}`);
            continue;
          }
          assertEquals([stdout, code], ["", 1], one.name);
          await within(`the rejection of ${one.name}`, arrived.promise);
          assertEquals([...rejections], [one.code], one.name);
        }
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    });
  }
}

if (HAS_FULL_TLS) {
  peerTest(
    "a session is resumed with a certificate that the same server has accepted, and no other",
    ["openssl"],
    async () => {
      const folder = await Deno.makeTempDir();
      const { authorities, cases: [valid] } = await clientCases();
      const other = await makeCertificate({ authority: true, names: [] });
      const rejections: string[] = [];
      const start = (clientCa: string) =>
        listen("127.0.0.1:0", {
          tls: { cert: server.cert, key: server.key, clientCa: [clientCa] },
          onError: ({ error }) => void rejections.push(error.code),
          onConnection: (connection) => connection.write("welcome\n"),
        });
      try {
        await using first = start(authorities);
        await using second = start(other.cert);
        if (!valid) throw new Error("no case");
        const session = `${folder}/session`;
        const said = async (port: number | undefined, words: readonly string[]) =>
          (await openssl(port ?? 0, "1.2", folder, valid, "", words)).stdout;
        assertEquals(await said(first.port, ["-sess_out", session]), "welcome\n");
        assertEquals(await said(first.port, ["-sess_in", session]), "welcome\n");
        assertEquals(await said(second.port, ["-sess_in", session]), "");
        assertEquals(rejections, ["tls-client-unknown-issuer"]);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  );
}

Deno.test({
  name: "a runtime that cannot verify client certificates refuses to listen with them",
  // The library runs in this process, whatever the tools were compiled with.
  ignore: !/^2\.[0-7]\./.test(Deno.version.deno),
  fn() {
    const tls = { ...server, clientCa: [server.cert] };
    const error = assertThrows(() => listen("127.0.0.1:0", { tls, onConnection: () => {} }), SystemError);
    assertEquals(error.code, "tls-unsupported");
  },
});
