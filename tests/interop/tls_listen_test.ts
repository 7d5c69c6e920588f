import { assertEquals } from "@std/assert";
import { peerTest } from "../kit/peer.ts";
import { startTool } from "../kit/tool.ts";

/**
 * Clients that send their stdin and end, by the version of TLS. Under TLS 1.3 `openssl` and `gnutls-cli` end with the
 * server's side. `openssl` takes what begins with Q or R for a command.
 */
const CLIENTS: readonly (readonly [program: string, versions: readonly string[], args: Args])[] = [
  [
    "openssl",
    ["1.2"],
    (port, version) => [
      "s_client",
      `-tls${version.replace(".", "_")}`,
      "-quiet",
      "-no_ign_eof",
      "-connect",
      `127.0.0.1:${port}`,
    ],
  ],
  [
    "gnutls-cli",
    ["1.2"],
    (port, version) => [
      "--insecure",
      "--logfile=/dev/null",
      "--priority",
      `NORMAL:-VERS-ALL:+VERS-TLS${version}`,
      "-p",
      port,
      "127.0.0.1",
    ],
  ],
  [
    "socat",
    ["1.2", "1.3"],
    (port, version) => [
      "-t5",
      "STDIO",
      `OPENSSL:127.0.0.1:${port},verify=0,openssl-min-proto-version=TLS${version},openssl-max-proto-version=TLS${version}`,
    ],
  ],
  ["ncat", ["1.3"], (port) => ["--ssl", "127.0.0.1", port]],
];
type Args = (port: string, version: string) => readonly string[];

const SIZE = 1_000_000;

for (const [program, versions, args] of CLIENTS) {
  for (const version of versions) {
    peerTest(
      `tcp listen --tls with stdin at its end loses nothing of ${program} (TLS ${version})`,
      [program],
      async () => {
        await using tool = await startTool("tcp", ["listen", "--tls", "0"]);
        await tool.process.stdin.close();
        const received = new Response(tool.process.stdout).arrayBuffer();
        const [, port = ""] = await tool.stderrMatch(/listening on \S+:(\d+)/);
        const client = new Deno.Command(program, {
          args: [...args(port, version)],
          stdin: "piped",
          stdout: "null",
          stderr: "null",
        }).spawn();
        await new Blob([new Uint8Array(SIZE).fill(97)]).stream().pipeTo(client.stdin);
        await client.status;
        assertEquals([(await received).byteLength, await tool.code], [SIZE, 0]);
      },
    );
  }
}
