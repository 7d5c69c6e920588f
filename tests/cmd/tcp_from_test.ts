import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseSource } from "../../lib/core/mod.ts";
import { makeCertificate } from "../kit/certificates.ts";
import { echoServer } from "../kit/echo_tls.ts";
import { withFolder } from "../kit/folder.ts";
import { runTool } from "../kit/tool.ts";

const ANY = { hostname: "127.0.0.1", port: 0 } as const;
const linux = { ignore: Deno.build.os !== "linux" };

/** Echoes the data of one client, and returns the address of the client. */
async function echoOnce(listener: Deno.TcpListener): Promise<Deno.NetAddr> {
  using conn = await listener.accept();
  await conn.write(new Uint8Array(await new Response(readAll(conn)).arrayBuffer()));
  return conn.remoteAddr;
}

/** Reads to the end without closing the connection. */
function readAll(conn: Deno.Conn): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      const buffer = new Uint8Array(4096);
      const count = await conn.read(buffer);
      if (count === null) controller.close();
      else controller.enqueue(buffer.subarray(0, count));
    },
  });
}

Deno.test("tcp connect --from: the peer sees the address and port, and the half-close", linux, async () => {
  using free = Deno.listen({ ...ANY, hostname: "127.0.0.3" });
  const port = free.addr.port;
  free.close();
  for (const from of ["127.0.0.3", `127.0.0.3:${port}`]) {
    using listener = Deno.listen(ANY);
    const [seen, result] = await Promise.all([
      echoOnce(listener),
      runTool("tcp", ["connect", "--from", from, `localhost:${listener.addr.port}`], { stdin: "hello" }),
    ]);
    assertEquals([result.code, result.stdout, seen.hostname], [0, "hello", "127.0.0.3"]);
    if (from !== "127.0.0.3") assertEquals(seen.port, port);
  }
});

Deno.test("tcp connect --from: over TLS", linux, () =>
  withFolder(async (folder) => {
    const pair = await makeCertificate();
    await Deno.writeTextFile(`${folder}/cert.pem`, pair.cert);
    await using server = echoServer(pair);
    const words = ["--tls", "--cacert", `${folder}/cert.pem`, "--from", "127.0.0.1", `localhost:${server.port}`];
    const { code, stdout, stderr } = await runTool("tcp", ["connect", ...words], { stdin: "over TLS" });
    assertEquals([code, stdout], [0, "over TLS"], stderr);
  }));

Deno.test("tcp connect --from: error codes of unusable addresses", linux, async () => {
  using listener = Deno.listen(ANY);
  const to = `127.0.0.1:${listener.addr.port}`;
  const table: readonly (readonly [from: string, code: number, error: string])[] = [
    ["192.0.2.77", 5, "cannot connect from 192.0.2.77: this machine has no such address"],
    [to, 5, `cannot connect from ${to}: address already in use`],
    ["::1", 3, "it is an IPv4 address"],
    ["example.com", 2, "an IP address of this machine"],
    ["127.0.0.1:x", 2, "an IP address of this machine"],
  ];
  for (const [from, code, error] of table) {
    const result = await runTool("tcp", ["connect", "--from", from, to], { stdin: "" });
    assertEquals(result.code, code, `${from}: ${result.stderr}`);
    assertStringIncludes(result.stderr, error);
  }
});

Deno.test("parseSource: addresses and ports", () => {
  assertEquals(parseSource(":99"), { port: 99 });
  assertEquals(parseSource("127.0.0.1"), { host: "127.0.0.1", port: 0 });
  assertEquals(parseSource("::1"), { host: "::1", port: 0 });
  assertEquals(parseSource("[::1]:7"), { host: "::1", port: 7 });
  assert(parseSource("127.0.0.1:0").port === 0);
});
