import { assertEquals } from "@std/assert";
import {
  certificateFacts,
  concurrently,
  dial,
  NetworkError,
  parseAddress,
  type TlsOptions,
  type Trace,
} from "../../lib/core/mod.ts";
import { NODE_TLS_PROVES_KEYS } from "../../lib/core/tls/client/node_client.ts";
import { withFolder } from "../kit/folder.ts";
import { type HelloWatch, watchHellos } from "../kit/hello_watch.ts";
import { peerTest } from "../kit/peer.ts";
import { freePort, untilListening } from "../kit/port.ts";
import { TARGET } from "../kit/tool.ts";
import { AUTHORITIES, SHAPES, type TlsShape } from "../kit/tls_shapes.ts";

const VERSIONS = ["1.2", "1.3"] as const;
type Version = typeof VERSIONS[number];

/** A server of another project that sends back what it gets, or something else. */
interface Server {
  readonly program: string;
  readonly args: (port: number, file: string, version: Version) => readonly string[];
  /** Shapes that it cannot have. */
  readonly without?: readonly string[];
}

const SERVERS: readonly Server[] = [
  {
    program: "openssl",
    args: (port, file, version) => [
      ...[
        "s_server",
        "-quiet",
        "-rev",
        "-accept",
        `127.0.0.1:${port}`,
        "-cert",
        `${file}.crt`,
        "-cert_chain",
        `${file}.crt`,
      ],
      ...["-key", `${file}.key`, "-cipher", "ALL:@SECLEVEL=0", version === "1.2" ? "-tls1_2" : "-tls1_3"],
    ],
  },
  {
    program: "gnutls-serv",
    args: (port, file, version) => [
      ...["--quiet", "--echo", "--disable-client-cert", "--port", `${port}`, "--x509certfile", `${file}.crt`],
      ...["--x509keyfile", `${file}.key`, "--priority", `NORMAL:-VERS-ALL:+VERS-TLS${version}:%PROFILE_VERY_WEAK`],
    ],
  },
  {
    program: "socat",
    without: ["rsa-1024"],
    args: (port, file, version) => [
      `OPENSSL-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr,verify=0,cert=${file}.crt,key=${file}.key,cipher=ALL:@SECLEVEL=0,` +
      `openssl-min-proto-version=TLS${version},openssl-max-proto-version=TLS${version}`,
      "PIPE",
    ],
  },
];

/** A way to trust the server, the host that is dialled, and the server name that is to be sent. */
interface Way {
  readonly way: string;
  readonly host: string;
  readonly tls: TlsOptions;
  readonly trace?: Trace;
  readonly sent: string | undefined;
  readonly expected: string | undefined;
}

function waysOf(shape: TlsShape, pin: string, trusted: string): Way[] {
  const caCerts = [trusted];
  const byFile: Way[] = [
    { way: "cacert, host", host: "localhost", tls: { caCerts }, sent: "localhost", expected: shape.byName },
    { way: "cacert, address", host: "127.0.0.1", tls: { caCerts }, sent: undefined, expected: shape.byAddress },
    {
      way: "cacert, name given",
      host: "127.0.0.1",
      tls: { caCerts, serverName: "localhost" },
      sent: "localhost",
      expected: shape.byName,
    },
  ];
  const unverified = [["pin", { pin }, shape.pin], ["insecure", { insecure: true }, shape.insecure]] as const;
  return [
    ...unverified.flatMap(([way, tls, expected]): Way[] => [
      { way: `${way}, host`, host: "localhost", tls, sent: "localhost", expected },
      { way: `${way}, address`, host: "127.0.0.1", tls, sent: undefined, expected },
      {
        way: `${way}, name given`,
        host: "127.0.0.1",
        tls: { ...tls, serverName: "named.test" },
        sent: "named.test",
        expected,
      },
      {
        way: `${way}, address given`,
        host: "localhost",
        tls: { ...tls, serverName: "127.0.0.1" },
        sent: undefined,
        expected,
      },
    ]),
    ...byFile,
    // A traced connection is made in another way, which shows the certificates.
    ...byFile.map((way) => ({ ...way, way: `${way.way}, traced`, trace: () => {} })),
  ];
}

/** Says something to the server and waits for its answer; the error's code where that fails. */
async function talk(watch: HelloWatch, { host, tls, trace }: Way): Promise<string | undefined> {
  try {
    using connection = await dial(parseAddress(`${host}:${watch.port}`), { tls, trace, family: 4, timeout: 60_000 });
    await connection.write(new TextEncoder().encode("hello\n"));
    const count = await connection.read(new Uint8Array(64));
    await connection.closeWrite();
    return count === null ? "no answer" : undefined;
  } catch (error) {
    return error instanceof NetworkError ? error.code : String(error);
  }
}

async function sh(folder: string, script: string, name = ""): Promise<void> {
  const args = ["-e", "-c", script, "sh", name];
  const { success, stderr } = await new Deno.Command("sh", { args, cwd: folder, stdin: "null" }).output();
  if (!success) throw new Error(`${name}: ${new TextDecoder().decode(stderr)}`);
}

/** All differences from what is expected of a shape at a server. */
async function differences(server: Server, version: Version, shape: TlsShape, folder: string): Promise<string[]> {
  const file = `${folder}/${shape.name}`;
  const port = freePort();
  const process = new Deno.Command(server.program, {
    args: [...server.args(port, file, version)],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const found: string[] = [];
  try {
    await untilListening(port, process);
    await using watch = watchHellos(port);
    const { pin } = await certificateFacts(await Deno.readTextFile(`${file}.crt`));
    for (const way of waysOf(shape, pin, await Deno.readTextFile(`${folder}/${shape.trusted ?? shape.name}.crt`))) {
      const result = await talk(watch, way);
      const [first, ...more] = watch.take();
      const name = `${server.program}, TLS ${version}, ${shape.name}, ${way.way}`;
      const expected = (way.expected ?? "").split("|");
      if (!expected.includes(result ?? "")) found.push(`${name}: ${result ?? "ok"}, expected ${way.expected ?? "ok"}`);
      if (first !== way.sent) found.push(`${name}: asked for ${first}, expected ${way.sent}`);
      // Only why something failed may take another look.
      if (result === undefined && more.length > 0) found.push(`${name}: ${1 + more.length} connections`);
    }
  } finally {
    try {
      process.kill("SIGKILL");
    } catch {
      found.push(`${server.program}, TLS ${version}, ${shape.name}: the server has ended`);
    }
    await process.status;
  }
  return found;
}

for (const server of SERVERS) {
  const test = async () => {
    await withFolder(async (folder) => {
      await sh(folder, AUTHORITIES);
      for (const { name, make } of SHAPES) await sh(folder, make, name);
      const shapes = SHAPES.filter(({ name }) => !server.without?.includes(name));
      const cases = VERSIONS.flatMap((version) => shapes.map((shape) => ({ version, shape })));
      const all = await Array.fromAsync(
        concurrently(cases, 4, ({ version, shape }) => differences(server, version, shape, folder)),
      );
      const found = all.flat();
      assertEquals(found, []);
    });
  };
  // It is the library that connects: once is enough.
  if (NODE_TLS_PROVES_KEYS && TARGET !== "executable") {
    peerTest(
      `${SHAPES.length} certificates at ${server.program}: trusted by pin, file or not at all`,
      [server.program],
      test,
    );
  }
}
