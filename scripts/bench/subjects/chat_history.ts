import { FileHistory } from "../../../lib/chat/history/file_history.ts";
import { RawIrc } from "../../../tests/kit/irc.ts";
import { freePort } from "../../../tests/kit/port.ts";
import { executablePath } from "../../build/compile_tool.ts";
import { ROOT } from "../../root.ts";
import { absent, listening, spawn, stop } from "../processes.ts";
import type { Row, Subject, TimedContender } from "../subject.ts";

const MESSAGES = 1_000_000;
/** Messages whose echoes are awaited: all of them are on disk by then. */
const ACKNOWLEDGED = 20_000;
const VOCABULARY = 5000;
const tool = ROOT + executablePath("chat");
const folder = await Deno.makeTempDir();
const path = `${folder}/chat.db`;
const CAPS = ["echo-message", "batch", "message-tags", "draft/chathistory", "soju.im/search"];

/** A server with the history, and a client in the channel. */
let running: { readonly process: Deno.ChildProcess; readonly client: RawIrc } | undefined;

/** Writes the messages of one channel; a common word is in each of them, a rare one in ten. */
function fill(): void {
  using history = new FileHistory(path, { lines: MESSAGES * 2, bytes: 2 ** 40 });
  for (let i = 0; i < MESSAGES; i++) {
    const words = Array.from({ length: 8 }, (_, n) => `w${((i * 7919 + n * 104_729) % VOCABULARY).toString(36)}`);
    const text = `the ${words.join(" ")}${i % (MESSAGES / 10) === 5 ? " needle" : ""}`;
    history.add({ id: `i${i}`, time: 1e12 + i, channel: "#a", line: `:ann!a@h PRIVMSG #a :${text}`, tags: "" });
    if (i % 10_000 === 0) history.commit();
  }
}

async function client(): Promise<RawIrc> {
  if (running) return running.client;
  fill();
  const port = freePort();
  const free = ["--burst", "1000000", "--rate", "1000000", "--irc-only", "--port", `${port}`];
  const limits = ["--history", path, "--history-lines", `${MESSAGES * 2}`, "--history-size", "100G"];
  const process = spawn(tool, { args: ["serve", ...free, ...limits], stdin: "null", stdout: "null", stderr: "null" });
  await listening(process, "toucan-chat", port);
  const client = await RawIrc.in(`127.0.0.1:${port}`, "ann", ...CAPS);
  running = { process, client };
  await client.say("JOIN #a");
  await client.hears(/ 366 /);
  return client;
}

/** Sends a request, and measures the time to the end of the batch that answers it. */
function asked(name: string, request: string, lines: number): TimedContender {
  return {
    name,
    missing: absent(tool),
    async run() {
      const irc = await client();
      await irc.upToNow();
      const start = performance.now();
      await irc.say(request);
      await irc.hears(/ BATCH -/);
      const took = performance.now() - start;
      const found = irc.lines.slice(-lines - 2).filter((line) => line.includes(" PRIVMSG #a :")).length;
      if (found !== lines) throw new Error(`${request}: ${found} messages instead of ${lines}`);
      return took;
    },
  };
}

/** Measures the history of a channel with a million messages, and how fast messages become durable. */
export const subject: Subject = {
  name: "chat_history",
  rows: (): Promise<readonly Row[]> =>
    Promise.resolve([
      {
        work: `the last 100 of ${MESSAGES} messages of a channel`,
        asked: "< 5 ms",
        commands: [asked("toucan-chat", "CHATHISTORY LATEST #a * 100", 100)],
      },
      {
        work: `a search in them for a word that all have`,
        asked: "< 100 ms",
        commands: [asked("toucan-chat", "SEARCH in=#a;text=the;limit=100", 100)],
      },
      {
        work: `a search in them for two words that ten have`,
        asked: "< 100 ms",
        commands: [asked("toucan-chat", "SEARCH in=#a;text=the\\sneedle;limit=100", 10)],
      },
      {
        work: "messages a second that are acknowledged, and on disk by then",
        asked: ">= 5000",
        counts: "messages",
        commands: [{
          name: "toucan-chat --history",
          missing: absent(tool),
          async run() {
            const irc = await client();
            const mark = crypto.randomUUID();
            const start = performance.now();
            const sent = Array.from({ length: ACKNOWLEDGED }, (_, i) => `PRIVMSG #a :acknowledged ${i} ${mark}`);
            // The client reads while it writes: the echoes of all would not fit into the server's queue.
            await Promise.all([irc.say(...sent), irc.hears(new RegExp(`${ACKNOWLEDGED - 1} ${mark}`))]);
            return ACKNOWLEDGED / (performance.now() - start) * 1000;
          },
        }],
      },
    ]),
  async [Symbol.asyncDispose]() {
    running?.client[Symbol.dispose]();
    if (running) await stop(running.process);
    await Deno.remove(folder, { recursive: true });
  },
};
