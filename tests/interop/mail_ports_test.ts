import { assertEquals } from "@std/assert";
import { canMakeMachines } from "../kit/machine.ts";
import { peerTest } from "../kit/peer.ts";
import { toolArgs } from "../kit/tool.ts";

/** Starts a program while port 1143 of a network of its own is in use. */
const TAKEN = `
import os, socket, subprocess, sys
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
s = socket.socket()
s.bind(("127.0.0.1", 1143))
s.listen()
s.set_inheritable(True)
os.execvp(sys.argv[1], sys.argv[1:])
`;

/** Arguments of a sink, and what it reports. The ports are those of RFC 1939, 3501 and 3977 plus 1000. */
const ROWS: readonly (readonly [args: readonly string[], lines: readonly string[]])[] = [
  [[], [
    ...["listening on smtp://127.0.0.1:1025", "listening on pop3://127.0.0.1:1110"],
    ...[
      "listening on nntp://127.0.0.1:1119",
      "listening on http://127.0.0.1:8025/",
      "note: no IMAP: port 1143 is in use",
    ],
  ]],
  [["--smtp-only"], ["listening on smtp://127.0.0.1:1025"]],
  [["--tls"], [
    ...["listening on smtps://127.0.0.1:1025", "listening on pop3s://127.0.0.1:1995"],
    ...["listening on imaps://127.0.0.1:1993", "listening on nntps://127.0.0.1:1563"],
    "listening on http://127.0.0.1:8025/",
  ]],
];

async function reported(words: readonly string[]): Promise<string[]> {
  const { program, args } = await toolArgs("mail", ["sink", ...words]);
  const sink = new Deno.Command("unshare", {
    args: ["--net", "python3", "-c", TAKEN, program, ...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stderr: "piped",
  }).spawn();
  let text = "";
  for await (const piece of sink.stderr.pipeThrough(new TextDecoderStream())) {
    text += piece;
    // The last line.
    if (/^hint: .*\n/m.test(text)) sink.kill("SIGTERM");
  }
  assertEquals((await sink.status).code, 0, text);
  return text.split("\n").filter((line) => /^(?:listening|note)/.test(line)).sort();
}

if (await canMakeMachines()) {
  peerTest(
    "mail sink: the ports that it opens without an option, beside a program on port 1143",
    ["ip", "python3"],
    async () => {
      const found = await Promise.all(ROWS.map(([words]) => reported(words)));
      assertEquals(found, ROWS.map(([, lines]) => [...lines].sort()));
    },
  );
}
