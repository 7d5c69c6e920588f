import { assertEquals, assertMatch } from "@std/assert";
import { parseAddress } from "../../../lib/core/mod.ts";
import { echoDatagrams } from "../../../lib/udp/mod.ts";
import { makeCertificate } from "../certificates.ts";
import { echoServer } from "../echo_tls.ts";
import { requiringClients } from "../requiring_clients.ts";
import { type Place, SECURED, secured, succeeded, type Trial } from "../trial.ts";

const ANY = { hostname: "127.0.0.1", port: 0 } as const;

/** Accepts one connection and echoes its data. */
async function echoOnce(listener: Deno.Listener): Promise<void> {
  using conn = await listener.accept();
  await conn.write(new Uint8Array(await new Response(conn.readable).arrayBuffer())).catch(() => {});
}

/** Sends a text to `tcp listen`, and returns its stdout. */
async function said(conn: Deno.Conn, tool: { readonly process: Deno.ChildProcess }): Promise<string> {
  await conn.write(new TextEncoder().encode("over the wire"));
  await conn.closeWrite();
  await tool.process.stdin.close();
  const heard = await new Response(tool.process.stdout).text();
  conn.close();
  return heard;
}

/** Runs `tcp listen` with these arguments; the client trusts the certificate that `trust` reads. */
function listening(words: readonly string[], trust?: (place: Place) => Promise<string>) {
  return async (place: Place) => {
    await using tool = await place.start([...words, "0"]);
    const [, port = ""] = await tool.stderrMatch(/listening on t(?:cp|ls):\/\/127\.0\.0\.1:(\d+)\n/);
    const at = { hostname: "localhost", port: Number(port) };
    const conn = trust ? await Deno.connectTls({ ...at, caCerts: [await trust(place)] }) : await Deno.connect(at);
    assertEquals([await said(conn, tool), await tool.code], ["over the wire", 0]);
  };
}

async function dumped({ read }: Place): Promise<void> {
  assertMatch(await read("dump.txt"), /^# .*\n[^]*6f 76 65 72/);
}

/** Trials of `tcp`. */
const TCP: readonly Trial[] = [
  {
    verb: "tcp connect",
    proves: ["ADDRESS"],
    keeps: ["s.sock"],
    async run({ here, tool }) {
      using listener = Deno.listen({ transport: "unix", path: `${here}/s.sock` });
      const served = listener.accept().then(async (conn) => {
        await conn.write(new TextEncoder().encode("from a unix socket"));
        conn.close();
      });
      succeeded(await tool(["--receive-only", "unix:s.sock"]), "from a unix socket");
      await served;
    },
  },
  {
    verb: "tcp connect",
    proves: ["--dump"],
    async run(place) {
      using listener = Deno.listen(ANY);
      const served = echoOnce(listener);
      succeeded(
        await place.tool(["--dump", "dump.txt", `127.0.0.1:${listener.addr.port}`], { stdin: "over the wire" }),
      );
      await served;
      await dumped(place);
    },
  },
  {
    verb: "tcp connect",
    proves: SECURED,
    async run(place) {
      const pair = await makeCertificate();
      await using server = echoServer(pair);
      const words = ["--tls", `localhost:${server.port}`];
      succeeded(await secured(place, pair.cert, words, { stdin: "over TLS" }), "over TLS");
    },
  },
  {
    verb: "tcp check",
    async run({ tool }) {
      using listener = Deno.listen(ANY);
      const { stdout, code } = await tool([`127.0.0.1:${listener.addr.port}`]);
      assertMatch(stdout, /^127\.0\.0\.1:\d+ open /);
      assertEquals(code, 0);
    },
  },
  {
    verb: "tcp listen",
    proves: ["ADDRESS"],
    keeps: ["s.sock"],
    async run({ here, start }) {
      await using tool = await start(["unix:s.sock"]);
      await tool.stderrMatch(/listening on unix:/);
      const conn = await Deno.connect({ transport: "unix", path: `${here}/s.sock` });
      assertEquals([await said(conn, tool), await tool.code], ["over the wire", 0]);
      assertEquals([...Deno.readDirSync(here)], []);
    },
  },
  {
    verb: "tcp listen",
    as: "--mode and --owner",
    keeps: ["s.sock"],
    async run({ here, start }) {
      const { uid, gid } = Deno.lstatSync(here);
      await using tool = await start(["--mode", "600", "--owner", `${uid}:${gid}`, "unix:s.sock"]);
      await tool.stderrMatch(/listening on unix:/);
      assertEquals((Deno.lstatSync(`${here}/s.sock`).mode ?? 0) & 0o777, 0o600);
      const conn = await Deno.connect({ transport: "unix", path: `${here}/s.sock` });
      assertEquals([await said(conn, tool), await tool.code], ["over the wire", 0]);
    },
  },
  {
    verb: "tcp listen",
    proves: ["--dump"],
    async run(place) {
      await place.write("dump.txt", "# kept\n");
      await listening(["--dump", "dump.txt"])(place);
      await dumped(place);
    },
  },
  {
    verb: "tcp listen",
    proves: ["--cert", "--key"],
    reads: ["c/cert.pem", "c/key.pem"],
    async run(place) {
      const pair = await makeCertificate();
      await place.write("c/cert.pem", pair.cert);
      await place.write("c/key.pem", pair.key);
      await listening(["--tls", "--cert", "c/cert.pem", "--key", "c/key.pem"], ({ read }) => read("c/cert.pem"))(place);
    },
  },
  {
    verb: "tcp listen",
    proves: ["--client-ca"],
    reads: ["c/cert.pem", "c/key.pem"],
    run: requiringClients(["0"], "over the wire"),
  },
  {
    verb: "tcp listen",
    proves: ["--tls-dir"],
    reads: ["kept/cert.pem", "kept/key.pem"],
    run: listening(["--tls", "--tls-dir", "kept"], ({ read }) => read("kept/cert.pem")),
  },
];

/** Trials of `udp`, whose paths are all sockets. */
const UDP: readonly Trial[] = [
  {
    verb: "udp send",
    proves: ["ADDRESS"],
    keeps: ["s.sock"],
    async run({ here, tool }) {
      await using _server = await echoDatagrams(parseAddress(`unix:${here}/s.sock`));
      succeeded(await tool(["--wait", "10s", "--data", "hello", `unix:${here}/s.sock`]), "hello");
    },
  },
  {
    verb: "udp send",
    proves: ["--from"],
    keeps: ["s.sock", "own.sock"],
    async run({ here, tool }) {
      await using _server = await echoDatagrams(parseAddress(`unix:${here}/s.sock`));
      const words = ["--from", `unix:${here}/own.sock`, "--wait", "10s", "--data", "hello", `unix:${here}/s.sock`];
      succeeded(await tool(words), "hello");
    },
  },
  {
    verb: "udp listen",
    proves: ["ADDRESS"],
    keeps: ["s.sock"],
    async run({ here, start }) {
      await using tool = await start(["--count", "1", "--raw", "unix:s.sock"]);
      await tool.stderrMatch(/listening on unix:/);
      using socket = socketAt(`${here}/other.sock`);
      await socket.conn.send(new TextEncoder().encode("hello"), { transport: "unixpacket", path: `${here}/s.sock` });
      assertEquals([await new Response(tool.process.stdout).text(), await tool.code], ["hello", 0]);
    },
  },
  {
    verb: "udp echo",
    proves: ["ADDRESS"],
    keeps: ["sockets"],
    async run({ here, start, write }) {
      await write("sockets/x", "");
      await using tool = await start(["--count", "1", "unix:sockets/s.sock"]);
      await tool.stderrMatch(/listening on unix:/);
      using socket = socketAt(`${here}/sockets/other.sock`);
      const to = { transport: "unixpacket", path: `${here}/sockets/s.sock` } as const;
      await socket.conn.send(new TextEncoder().encode("hello"), to);
      const [bytes] = await socket.conn.receive();
      assertEquals([new TextDecoder().decode(bytes), await tool.code], ["hello", 0]);
    },
  },
];

function socketAt(path: string): Disposable & { readonly conn: Deno.DatagramConn } {
  const conn = Deno.listenDatagram({ transport: "unixpacket", path });
  return { conn, [Symbol.dispose]: () => conn.close() };
}

/** Trials of `tcp` and `udp`. */
export const TRIALS: readonly Trial[] = [...TCP, ...UDP];
