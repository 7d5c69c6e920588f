import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { canMakeMachines, runBesideSilence } from "../kit/machine.ts";
import { peerTest } from "../kit/peer.ts";
import { toolArgs } from "../kit/tool.ts";

/** `silent.test` never answers, `half.test` only on loopback, where nothing listens on port 9. */
const HOSTS = `127.0.0.1 localhost
192.0.2.7 silent.test
2001:db8::7 silent.test
2001:db8::7 half.test
127.0.0.1 half.test
::1 both.test
127.0.0.1 both.test
`;

async function run(tool: string, ...args: readonly string[]) {
  const { program, args: all } = await toolArgs(tool, args);
  return await runBesideSilence(HOSTS, program, all);
}

const MAIL = ["--from", "a@example.com", "--to", "b@example.com", "--text", "x"];

/** Each client that connects, to a host none of whose addresses answers. */
const CLIENTS: readonly (readonly [string, ...string[]])[] = [
  ["tcp", "connect", "--timeout", "1s", "silent.test:80"],
  ["get", "--retries", "0", "--connect-timeout", "1s", "http://silent.test/"],
  ["get", "--retries", "0", "--connect-timeout", "1s", "https://silent.test/"],
  ["file", "ls", "--connect-timeout", "1s", "http://silent.test/"],
  ["mail", "send", "--connect-timeout", "1s", "--server", "silent.test:25", ...MAIL],
  ["chat", "join", "--connect-timeout", "1s", "silent.test"],
];

if (await canMakeMachines()) {
  for (const [tool, ...args] of CLIENTS) {
    peerTest(`${tool} ${args.join(" ")}: each address is named with what became of it`, ["ip"], async () => {
      const { code, stderr } = await run(tool, ...args);
      assertMatch(stderr, /timed out after 1s \(phase: connect\): connect to silent\.test:\d+ \(/);
      assertStringIncludes(stderr, "[2001:db8::7]: timed out");
      assertStringIncludes(stderr, "192.0.2.7: timed out");
      assertEquals(code, 4);
    });
  }

  peerTest("tcp connect: an address that is silent and one that refuses", ["ip"], async () => {
    const { code, stderr } = await run("tcp", "connect", "--json", "--timeout", "1s", "half.test:9");
    const { error } = JSON.parse(stderr);
    assertEquals(
      error.attempts.toSorted((a: { address: string }, b: { address: string }) => a.address < b.address ? -1 : 1),
      [
        { address: "127.0.0.1", result: "connection refused" },
        { address: "[2001:db8::7]", result: "timed out" },
      ],
    );
    assertEquals([code, error.phase], [4, "connect"]);
  });

  peerTest("tcp connect: the addresses are tried in the order of getaddrinfo", ["ip", "python3"], async () => {
    for (const name of ["silent.test", "half.test", "both.test", "localhost"]) {
      const script =
        `import socket; print(", ".join(dict.fromkeys(a[4][0] for a in socket.getaddrinfo("${name}", 9))))`;
      const { stdout } = await runBesideSilence(HOSTS, "python3", ["-c", script]);
      const { stderr } = await run("tcp", "connect", "--trace", "--timeout", "500ms", `${name}:9`);
      if (stdout.includes(",")) assertStringIncludes(stderr, `${name} has ${stdout.trim()}\n`);
      assertMatch(stderr, new RegExp(`connecting to \\[?${stdout.split(",")[0]?.trim()}\\]?:9\n`));
    }
  });

  peerTest("tcp connect: an address that is silent does not hold up one that answers", ["ip", "nc"], async () => {
    const { program, args } = await toolArgs("tcp", ["connect", "--trace", "--timeout", "20s", "half.test:9"]);
    const script =
      'echo hello | nc -l -N 127.0.0.1 9 >/dev/null & until ss -ltn | grep -q ":9 "; do sleep 0.02; done; "$@"';
    const { code, stdout, stderr } = await runBesideSilence(HOSTS, "sh", ["-c", script, "sh", program, ...args]);
    assertEquals([code, stdout], [0, "hello\n"], stderr);
    assertStringIncludes(stderr, "[2001:db8::7]:9: abandoned\n");
  });
} else Deno.test({ name: "dialling on a machine of our own (left out: it takes root)", ignore: true, fn: () => {} });
