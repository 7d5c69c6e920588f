import { assertEquals, assertRejects } from "@std/assert";
import { NetworkError, openLines, parseAddress } from "../../../lib/core/mod.ts";
import { readDotLines } from "../../../lib/mail/client/dot_lines.ts";
import { octets, scriptedServer } from "../../kit/raw.ts";

const LIMITS = { lines: 3, lineBytes: 10, code: "too-many-lines" };

const TABLE: readonly (readonly [name: string, sent: string, outcome: readonly string[] | string])[] = [
  ["no lines", ".\r\n", []],
  ["lines, and those of transparency", "a\r\n..\r\n..b\r\n.\r\n", ["a", ".", ".b"]],
  ["an empty line", "\r\n.\r\n", [""]],
  ["more lines than permitted", "a\r\nb\r\nc\r\nd\r\n.\r\n", "too-many-lines"],
  ["a line that is too long", `${"a".repeat(11)}\r\n.\r\n`, "line-too-long"],
  ["bytes behind the end", "a\r\n.\r\n+OK\r\n", "unexpected-reply"],
  ["no end", "a\r\nb\r\n", "connection-cut"],
  ["a line with a bare LF", "a\nb\r\n.\r\n", "bare-lf"],
];

for (const [name, sent, outcome] of TABLE) {
  Deno.test(`lines up to a dot: ${name}`, async () => {
    await using server = scriptedServer(async (conn) => void await conn.write(octets(sent)));
    using channel = await openLines(parseAddress(`127.0.0.1:${server.port}`), { tls: "none" }, {
      greet: () => Promise.resolve(),
      startTls: () => Promise.resolve(false),
    });
    const lines = Array.fromAsync(readDotLines(channel, LIMITS));
    if (typeof outcome === "string") assertEquals((await assertRejects(() => lines, NetworkError)).code, outcome);
    else assertEquals<readonly string[]>(await lines, outcome);
  });
}
