import { assertEquals } from "@std/assert";
import { dial, parseProxy, ToucanError, writeAll } from "../../../lib/core/mod.ts";
import { octets, octetText, readUntil, scriptedServer } from "../../kit/raw.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

const INFORMATIONAL = "HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n";

for (
  const [what, answer, expected] of [
    ["200", "HTTP/1.1 200 OK\r\n\r\n", "220 hello"],
    ["a length that means nothing", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "220 hello"],
    ["chunks that mean nothing", "HTTP/1.1 299 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "220 hello"],
    ["204", "HTTP/1.1 204 No Content\r\n\r\n", "220 hello"],
    ["LF alone", "HTTP/1.1 200 OK\nA: b\n\n", "220 hello"],
    ["informational responses before it", `${INFORMATIONAL}${INFORMATIONAL}HTTP/1.1 200 OK\r\n\r\n`, "220 hello"],
    ["an informational one before a refusal", `${INFORMATIONAL}HTTP/1.1 403 Forbidden\r\n\r\n`, "proxy-refused"],
    ["101", "HTTP/1.1 101 Switching Protocols\r\n\r\n", "proxy-refused"],
    ["informational responses without end", INFORMATIONAL.repeat(100), "proxy-failed"],
    ["1,000 fields", `HTTP/1.1 200 OK\r\n${"A: b\r\n".repeat(1000)}\r\n`, "220 hello"],
  ] as const
) {
  Deno.test(`CONNECT: ${what}`, async () => {
    await using proxy = scriptedServer(async (conn) => {
      await readUntil(conn, /\r\n\r\n/);
      await writeAll(conn, octets(`${answer}220 hello`));
    });
    const through = async () => {
      const address = { transport: "ip" as const, host: "name.test", port: 25 };
      const chosen = parseProxy(`http://127.0.0.1:${proxy.port}`);
      using connection = await dial(address, { proxy: chosen, timeout: DEADLINE_MS });
      const room = new Uint8Array(100);
      const count = await connection.read(room);
      return octetText(room.subarray(0, count ?? 0));
    };
    assertEquals(await through().catch((error) => error instanceof ToucanError ? error.code : String(error)), expected);
  });
}
