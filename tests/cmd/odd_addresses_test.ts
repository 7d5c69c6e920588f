import { assertEquals, assertMatch } from "@std/assert";
import { runTool } from "../kit/tool.ts";

const ZONE =
  /cannot (?:connect to|listen on|send to) \S+: (?:a link-local address requires its interface|network unreachable)/;

/** Addresses for which the runtime has its own errors; none of these calls sends a packet. */
const ROWS: readonly (readonly [tool: string, line: string, code: number, message: RegExp])[] = [
  ["tcp", "connect [fe80::1]:80", 3, ZONE],
  ["tcp", "connect --proxy http://[fe80::1]:80 127.0.0.1:1", 3, /link-local address requires its interface/],
  ["tcp", "listen [fe80::1]:0", 5, ZONE],
  ["tcp", "listen a..invalid:0", 3, /cannot listen on a\.\.invalid:0: not a valid host name/],
  ["tcp", "listen 127.0.0.1.:0", 3, /cannot listen on 127\.0\.0\.1\.:0: not a valid host name/],
  ["tcp", "listen bücher.invalid:0", 3, /cannot listen on bücher\.invalid:0: (?:no address|the name servers)/],
  ["tcp", "listen *:0 --timeout 1ms", 4, /^listening on tcp:\/\/(?:\[::\]|0\.0\.0\.0):\d+\n/],
  ["tcp", "listen -4 *:0 --timeout 1ms", 4, /^listening on tcp:\/\/0\.0\.0\.0:\d+\n/],
  ["udp", "listen *:0 --timeout 1ms", 4, /^listening on udp:\/\/(?:\[::\]|0\.0\.0\.0):\d+\n/],
  ["udp", "listen [fe80::1]:0", 5, ZONE],
  ["get", "--retries 0 http://[fe80::1]:1/", 3, ZONE],
  ["file", "ls http://[fe80::1]:1/", 3, ZONE],
  ["file", "serve --host fe80::1 --port 0 .", 5, ZONE],
  ["file", "serve --host a,b --port 0 .", 3, /cannot listen on a,b:0: not a valid host name/],
  ["chat", "join [fe80::1]:1", 3, ZONE],
  ["mail", "send --server [fe80::1]:1 --from a@b.invalid --to a@b.invalid --text x", 3, ZONE],
  ["mail", "sink --anyone --host fe80::1 --port 0", 5, ZONE],
];

Deno.test("every tool: an address that the runtime rejects is an ordinary error", async () => {
  const done = await Promise.all(ROWS.map(([tool, line]) => runTool(tool, line.split(" "))));
  for (const [index, [tool, line, code, message]] of ROWS.entries()) {
    const { code: got, stderr = "" } = done[index] ?? {};
    assertMatch(stderr, message, `${tool} ${line}`);
    assertEquals([`${tool} ${line}`, got], [`${tool} ${line}`, code]);
  }
});
