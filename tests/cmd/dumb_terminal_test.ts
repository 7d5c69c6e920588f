import { assert, assertEquals, assertMatch } from "@std/assert";
import { serveChat } from "../../lib/chat/mod.ts";
import { records } from "../../scripts/records.ts";
import { peerTest } from "../kit/peer.ts";
import { toolArgs, watch } from "../kit/tool.ts";

const COMMANDS = await records();
const ESCAPE = "\x1b";

/** Command lines that write escape sequences to a terminal that supports them. */
const COLOURED: readonly (readonly [tool: string, words: readonly string[], code: number])[] = [
  ...COMMANDS.map(({ name }) => [name, ["--help"], 0] as const),
  ["toucan", [], 0],
  ["toucan", ["help", "tcp", "connect"], 0],
  ["toucan", ["tour"], 0],
  ["url", ["--compare", "http://good.example\\@evil.example/"], 1],
];

/**
 * Runs a tool at a terminal of this kind, and returns all bytes that the terminal receives. With `answer`, keys are
 * typed when a text is shown.
 */
async function at(
  TERM: string,
  tool: string,
  words: readonly string[],
  answer?: readonly [shown: RegExp, keys: string],
) {
  const { program, args } = await toolArgs(tool, words);
  const quoted = [program, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const process = new Deno.Command("script", {
    args: [
      "--quiet",
      "--return",
      "--echo",
      "never",
      "--command",
      `env -u NO_COLOR TERM=${TERM} ${quoted}`,
      "/dev/null",
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await using running = watch(process);
  const writer = process.stdin.getWriter();
  let text = "";
  for await (const piece of process.stdout.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (!answer?.[0].test(text)) continue;
    await writer.write(new TextEncoder().encode(answer[1]));
    answer = undefined;
  }
  const code = await running.code;
  await writer.close().catch(() => {});
  return { code, text };
}

for (const [tool, words, code] of COLOURED) {
  peerTest(`${tool} ${words.join(" ")}: no escape sequences with TERM=dumb`, ["script"], async () => {
    const full = await at("xterm", tool, words);
    assertEquals([full.code, full.text.includes(ESCAPE)], [code, true]);
    const dumb = await at("dumb", tool, words);
    assertEquals([dumb.code, dumb.text.includes(ESCAPE)], [code, false]);
    assert(dumb.text.length > 100);
  });
}

peerTest("chat join: lines without a redrawn input line with TERM=dumb", ["script"], async () => {
  await using chat = serveChat({ transport: "ip", host: "127.0.0.1", port: 0 }, {});
  // Ctrl-D ends the input.
  const dumb = await at("dumb", "chat", ["join", `ann@${chat.address}`], [/has joined/, "hello\n\x04"]);
  assertEquals([dumb.code, dumb.text.includes(ESCAPE)], [0, false]);
  assertMatch(dumb.text, /ann has joined #lobby/);
  const full = await at("xterm", "chat", ["join", `ben@${chat.address}`], [/has joined/, "\x04"]);
  assertEquals([full.code, full.text.includes(ESCAPE)], [0, true]);
});
