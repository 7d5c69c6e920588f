import { assertEquals } from "@std/assert";
import { type DatagramAttempt, judgeDatagrams } from "../../../lib/check/reach/datagram.ts";
import { closeQuietly } from "../../../lib/core/mod.ts";
import { nameServerAt } from "../../../lib/dns/internal.ts";
import { makeCertificate } from "../../kit/certificates.ts";
import { testSetups } from "../../kit/check_setup.ts";
import { freePort, freeUdpPort } from "../../kit/port.ts";
import { testProxy } from "../../kit/proxy.ts";
import { answering, octets, readUntil, scriptedServer } from "../../kit/raw.ts";
import { response, scriptedServer as scriptedNames } from "../../kit/scripted_dns.ts";

/** A server that says this to each client, and waits until it goes. */
function saying(stack: AsyncDisposableStack, text: string): number {
  const { port } = stack.use(scriptedServer(async (conn) => {
    await conn.write(octets(text));
    await readUntil(conn, /never/);
  }));
  return port;
}

/** A listener that accepts and says nothing. */
function silent(stack: AsyncDisposableStack): number {
  return stack.use(Deno.listen({ hostname: "127.0.0.1", port: 0 })).addr.port;
}

const RESET = `
import socket, struct
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
while True:
  client, _ = server.accept()
  client.settimeout(0.1)
  try:
    client.recv(1)
  except TimeoutError:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
  client.close()
`;

/** A server that resets each connection, which this runtime cannot. */
async function resetting(stack: AsyncDisposableStack): Promise<number> {
  const child = new Deno.Command("python3", { args: ["-c", RESET], stdin: "null", stdout: "piped" }).spawn();
  stack.defer(async () => {
    child.kill("SIGKILL");
    await child.status;
  });
  const reader = stack.adopt(child.stdout.getReader(), (reader) => reader.cancel());
  return Number(new TextDecoder().decode((await reader.read()).value));
}

/** A name with two addresses of this machine, by a server of its own. */
function twoAddresses(stack: AsyncDisposableStack) {
  const server = stack.use(scriptedNames(async ({ query, send }) => {
    const [question] = query.questions;
    const answers = question?.type !== "A"
      ? []
      : ["127.0.0.1", "127.0.0.2"].map((data) => ({ name: question.name, type: "A", ttl: 300, data }));
    await send(response(query, { recursionAvailable: true, answers }));
  }));
  return { servers: [nameServerAt(server.addr)], timeout: 2000 };
}

testSetups([
  {
    name: "port refused",
    start: () => ({ target: `tcp://127.0.0.1:${freePort()}` }),
    broken: ["reach", "port-refused"],
  },
  {
    name: "port accepts",
    start: (stack) => ({ target: `tcp://127.0.0.1:${silent(stack)}` }),
    codes: ["connected", "waits-for-client"],
  },
  {
    name: "port greets",
    start: (stack) => ({ target: `tcp://127.0.0.1:${saying(stack, "SSH-2.0-OpenSSH_9.2p1\r\n")}` }),
    codes: ["greeting"],
  },
  {
    name: "port greets with control characters",
    start: (stack) => ({ target: `tcp://127.0.0.1:${saying(stack, "\x1b]0;title\x07\r\n")}` }),
    codes: ["greeting"],
  },
  {
    name: "port closes at once",
    start: (stack) => ({ target: `tcp://127.0.0.1:${stack.use(scriptedServer(() => Promise.resolve())).port}` }),
    broken: ["reach", "closed-at-once"],
  },
  {
    name: "port resets at once",
    peers: ["python3"],
    start: async (stack) => ({ target: `tcp://127.0.0.1:${await resetting(stack)}` }),
    broken: ["reach", "port-reset"],
  },
  {
    name: "one of two addresses refuses",
    start: (stack) => ({ target: `tcp://two.example:${silent(stack)}`, options: twoAddresses(stack) }),
    codes: ["connected", "address-refused"],
  },
  {
    name: "all addresses refuse",
    start: (stack) => ({ target: `tcp://two.example:${freePort()}`, options: twoAddresses(stack) }),
    broken: ["reach", "port-refused"],
  },
  {
    name: "SSH where HTTP is expected",
    start: (stack) => ({ target: `http://127.0.0.1:${saying(stack, "SSH-2.0-OpenSSH_9.2p1\r\n")}` }),
    broken: ["application", "http-not-spoken"],
    without: ["speaks-other-protocol"],
  },
  {
    name: "plain IMAP where TLS is expected",
    start: (stack) => ({ target: `tls://127.0.0.1:${saying(stack, "* OK IMAP4rev1 ready\r\n")}` }),
    broken: ["tls", "tls-not-spoken"],
    without: ["plain-on-tls-port"],
  },
  {
    name: "HTTP that waits for a line where TLS is expected",
    start: (stack) => {
      const { port } = stack.use(answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
      return { target: `https://127.0.0.1:${port}`, options: { timeout: 1600 } };
    },
    broken: ["reach", "plain-on-tls-port"],
  },
  {
    name: "TLS refuses the certificate",
    start: async (stack) => {
      const { cert, key } = await makeCertificate({ commonName: "test" });
      const listener = stack.adopt(Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key }), closeQuietly);
      (async () => {
        for await (const conn of listener) conn.handshake().catch(() => {}).finally(() => closeQuietly(conn));
      })();
      return { target: `tls://127.0.0.1:${listener.addr.port}` };
    },
    broken: ["tls", "certificate-self-signed"],
    without: ["plain-on-tls-port", "speaks-other-protocol"],
  },
  {
    name: "port accepts and says nothing",
    start: (stack) => ({ target: `http://127.0.0.1:${silent(stack)}`, options: { timeout: 800 } }),
    codes: ["port-silent"],
    broken: ["application", "http-stalled"],
  },
  {
    name: "datagram answered",
    start: (stack) => {
      const socket = stack.adopt(
        Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 }),
        closeQuietly,
      );
      (async () => {
        for await (const [bytes, from] of socket) await socket.send(bytes, from);
      })();
      const { addr } = socket;
      return { target: `udp://127.0.0.1:${"port" in addr ? addr.port : 0}` };
    },
    codes: ["datagram-answered"],
  },
  {
    name: "datagram answered by one of two addresses",
    start: (stack) => {
      const socket = stack.adopt(
        Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 }),
        closeQuietly,
      );
      (async () => {
        for await (const [bytes, from] of socket) await socket.send(bytes, from);
      })();
      const port = "port" in socket.addr ? socket.addr.port : 0;
      const resolve = [{ host: "udp.test", port, addresses: ["127.0.0.9", "127.0.0.1"] }];
      return { target: `udp://udp.test:${port}`, options: { timeout: 800, resolve } };
    },
    codes: ["datagram-answered", "address-unanswered"],
  },
  {
    name: "datagram not answered",
    start: () => ({ target: `udp://127.0.0.1:${freeUdpPort()}`, options: { timeout: 800 } }),
    codes: ["datagram-unanswered"],
  },
  {
    name: "proxy in the environment",
    start: (stack) => {
      Deno.env.set("http_proxy", "http://proxy.example:3128");
      stack.defer(() => Deno.env.delete("http_proxy"));
      return { target: `http://127.0.0.1:${freePort()}` };
    },
    broken: ["reach", "port-refused"],
    codes: ["proxy-in-environment"],
  },
  {
    name: "proxy in the way",
    start: (stack) => {
      const { port } = stack.use(testProxy({ scheme: "http" }));
      const proxy = { scheme: "http", address: { transport: "ip", host: "127.0.0.1", port } } as const;
      return { target: `tcp://www.example.test:${silent(stack)}`, options: { proxy } };
    },
    codes: ["proxy-used"],
  },
  {
    name: "proxy does not answer",
    start: () => ({
      target: "http://www.example.test",
      options: {
        timeout: 800,
        proxy: { scheme: "http", address: { transport: "ip", host: "127.0.0.1", port: freePort() } },
      },
    }),
    broken: ["reach", "proxy-failed"],
  },
], { words: true });

Deno.test("check: a datagram that cannot be sent to one of several addresses is not a fault", () => {
  const [first, second] = [{ address: "2001:db8::1", family: 6 }, { address: "192.0.2.1", family: 4 }] as const;
  const reason = "network unreachable";
  /** Attempts, and the codes. */
  const rows: readonly (readonly [DatagramAttempt[], string])[] = [
    [[{ ...first, ms: 1, reason }, { ...second, ms: 1, bytes: 2 }], "address-unreachable datagram-answered"],
    [[{ ...first, ms: 1, reason }, { ...second, ms: 9 }], "address-unreachable datagram-unanswered"],
    [[{ ...first, ms: 1, reason }, { ...second, ms: 9, reason }], "datagram-not-sent datagram-not-sent"],
    [[{ ...first, ms: 9 }, { ...second, ms: 1, bytes: 0 }], "address-unanswered datagram-answered"],
  ];
  for (const [attempts, codes] of rows) {
    const findings = judgeDatagrams({ attempts, left: 0 }, { addresses: [], port: 53 });
    assertEquals(findings.map(({ code }) => code).join(" "), codes);
  }
  const [left] = judgeDatagrams({ attempts: [], left: 3 }, { addresses: [], port: 53 });
  assertEquals(left?.code, "addresses-left");
});
