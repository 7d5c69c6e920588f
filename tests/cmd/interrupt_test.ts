import { assertEquals, assertMatch } from "@std/assert";
import { serveChat } from "../../lib/chat/mod.ts";
import { mailSink } from "../../lib/mail/mod.ts";
import { peerTest } from "../kit/peer.ts";
import { testSite } from "../kit/site.ts";
import { Terminal } from "../kit/tmux.ts";
import { type RunningTool, startTool, toolArgs } from "../kit/tool.ts";
import { until, within } from "../kit/wait.ts";
import { waitsForStdin } from "../kit/waits_for_stdin.ts";

/** A verb that reads stdin. */
interface Reader {
  readonly tool: string;
  readonly args: (peers: Peers) => readonly string[];
  /** Its input. */
  readonly input: string;
  /** Sign that it processes endless input: output, or the number of bytes read. */
  readonly works: "stdout" | number;
  /** Arguments with which it reads a terminal. */
  readonly terminal?: readonly string[];
  /** Text on the terminal once it can be interrupted. @default it reads stdin */
  readonly ready?: RegExp;
  /** Whether it is a server, which exits with 0. */
  readonly server?: boolean;
}

const MAIL = ["--tls", "none", "-f", "a@example.com", "--to", "b@example.com"];
/** More bytes than a pipe and the buffers after it hold, and more than start the worker. */
const MUCH = 3 << 20;

/** A datagram worth sending. */
const LINE = `${"line ".repeat(400)}\n`;

const READERS: readonly Reader[] = [
  { tool: "url", args: () => ["--get", "{host}"], input: "http://example.com/\n", works: "stdout", terminal: ["-"] },
  { tool: "resolve", args: () => [], input: "localhost\n", works: "stdout", terminal: ["-"] },
  { tool: "get", args: () => [], input: "WEB\n", works: "stdout", terminal: ["-"] },
  { tool: "tcp", args: ({ tcp }) => ["connect", `127.0.0.1:${tcp}`], input: "line\n", works: MUCH },
  {
    tool: "tcp",
    args: () => ["listen", "0"],
    input: "line\n",
    works: MUCH,
    server: true,
    ready: /listening on tcp:\/\/127.0.0.1:(\d+)/,
  },
  { tool: "udp", args: ({ udp }) => ["send", `127.0.0.1:${udp}`], input: LINE, works: MUCH },
  {
    tool: "udp",
    args: ({ udp }) => ["listen", "--reply", "--to", `127.0.0.1:${udp}`, "0"],
    input: LINE,
    works: MUCH,
    server: true,
  },
  { tool: "chat", args: ({ irc }) => ["join", irc], input: "hello\n", works: "stdout", ready: /has joined/ },
  { tool: "mail", args: ({ smtp }) => ["send", "-S", smtp, ...MAIL], input: "line\n", works: MUCH },
  { tool: "mail", args: ({ smtp }) => ["send", "--batch", "-S", smtp, ...MAIL], input: "{}\n", works: "stdout" },
];

/** Peers of the verbs. */
interface Peers extends AsyncDisposable {
  readonly web: string;
  readonly tcp: number;
  readonly udp: number;
  readonly irc: string;
  readonly smtp: string;
}

async function startPeers(): Promise<Peers> {
  await using stack = new AsyncDisposableStack();
  const place = { transport: "ip", host: "127.0.0.1", port: 0 } as const;
  const site = stack.use(testSite({ "/": { body: "page\n" } }));
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  stack.defer(() => listener.close());
  const drained = (async () => {
    for await (const conn of listener) drain(conn);
  })();
  drained.catch(() => {});
  const socket = stack.adopt(
    Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 }),
    (socket) => socket.close(),
  );
  const chat = stack.use(serveChat(place, {}));
  const sink = stack.use(await mailSink(place));
  const owned = stack.move();
  return {
    web: site.url,
    tcp: (listener.addr as Deno.NetAddr).port,
    udp: (socket.addr as Deno.NetAddr).port,
    irc: chat.address,
    smtp: sink.address,
    [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
  };
}

/** Reads a connection to its end, and closes it. */
async function drain(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(1 << 16);
  while (await conn.read(buffer).catch(() => null) !== null);
  conn.close();
}

/** Connects to the port of a match, if any, and reads the connection. */
async function connectTo(match: RegExpExecArray | null): Promise<void> {
  if (match?.[1]) drain(await Deno.connect({ port: Number(match[1]) }));
}

/** Starts a verb, and a client if it waits for one. */
async function start({ tool, args }: Reader, peers: Peers): Promise<RunningTool> {
  const words = args(peers);
  const running = await startTool(tool, words);
  if (tool === "tcp" && words[0] === "listen") {
    await connectTo(await running.stderrMatch(/listening on tcp:\/\/127.0.0.1:(\d+)/));
  }
  return running;
}

/** Sends a signal, and returns the exit status. */
async function interrupt(running: RunningTool, signal: "SIGINT" | "SIGTERM") {
  running.process.kill(signal);
  const { code, signal: killed } = await within(`an end after ${signal}`, running.process.status);
  await running.code;
  // The message of a forced exit.
  return { code, killed, forced: /did not stop/.test(running.stderr()) };
}

const ENDS = [["SIGINT", 130], ["SIGTERM", 143]] as const;
const nameOf = ({ tool, args }: Reader) =>
  [tool, ...args({ web: "", tcp: 0, udp: 0, irc: "", smtp: "" } as Peers)].filter((word) => /^(--)?[a-z]+$/.test(word))
    .slice(0, 3).join(" ");

for (const reader of READERS) {
  const { input, works, server } = reader;

  Deno.test(`${nameOf(reader)}: a signal stops it while stdin is silent`, async () => {
    await using peers = await startPeers();
    for (const [signal, code] of ENDS) {
      await using running = await start(reader, peers);
      running.process.stdout.pipeTo(new WritableStream()).catch(() => {});
      await waitsForStdin(running.process.pid);
      assertEquals(await interrupt(running, signal), { code: server ? 0 : code, killed: null, forced: false });
    }
  });

  Deno.test(`${nameOf(reader)}: a signal stops it while stdin is endless`, async () => {
    await using peers = await startPeers();
    for (const [signal, code] of ENDS) {
      await using running = await start(reader, peers);
      const { stdout, stdin } = running.process;
      const shown = Promise.withResolvers<void>();
      stdout.pipeTo(new WritableStream({ write: () => shown.resolve() })).catch(() => {});
      const taken = Promise.withResolvers<void>();
      const writer = stdin.getWriter();
      const feed = async () => {
        const piece = new TextEncoder().encode(input.replace("WEB", peers.web).repeat(1000));
        for (let bytes = 0;; bytes += piece.length) {
          // A mail stays below the limit of 64 MiB.
          if (reader.tool !== "mail" || works === "stdout" || bytes < 8 * MUCH) await writer.write(piece);
          else break;
          if (works !== "stdout" && bytes > works) taken.resolve();
        }
      };
      const fed = feed().catch(() => {});
      await within("work", works === "stdout" ? shown.promise : taken.promise);
      assertEquals(await interrupt(running, signal), { code: server ? 0 : code, killed: null, forced: false });
      await fed;
      await writer.abort().catch(() => {});
    }
  });

  // Readers of lines use no worker.
  if (works !== "stdout") {
    Deno.test(`${nameOf(reader)}: a signal stops it while the stdin worker waits`, async () => {
      await using peers = await startPeers();
      for (const [signal, code] of ENDS) {
        await using running = await start(reader, peers);
        running.process.stdout.pipeTo(new WritableStream()).catch(() => {});
        const writer = running.process.stdin.getWriter();
        await within("its reading", writer.write(new TextEncoder().encode(input.repeat(MUCH / input.length))));
        await waitsForStdin(running.process.pid);
        assertEquals(await interrupt(running, signal), { code: server ? 0 : code, killed: null, forced: false });
        await writer.abort().catch(() => {});
      }
    });
  }

  peerTest(`${nameOf(reader)}: Ctrl-C stops it at a terminal`, ["tmux"], async () => {
    await using peers = await startPeers();
    await using session = await Session.start(
      reader.tool,
      [...reader.args(peers), ...reader.terminal ?? []],
      reader.ready,
    );
    await session.terminal.press("C-c");
    assertMatch(await session.terminal.shows(/ended with \d+/), server ? /ended with 0\n/ : /ended with 130\n/);
  });
}

/** A tool at a terminal, whose shell prints its exit code. */
class Session implements AsyncDisposable {
  private constructor(readonly terminal: Terminal, readonly pid: number, readonly folder: string) {}

  /** Starts it, and waits until it reads stdin or prints that it is ready. */
  static async start(tool: string, words: readonly string[], ready?: RegExp): Promise<Session> {
    const { program, args } = await toolArgs(tool, words);
    const folder = await Deno.makeTempDir();
    // The inner shell becomes the tool; the outer one outlives Ctrl-C.
    const script = `trap : INT; sh -c 'echo $$ > ${folder}/pid; exec "$@"' sh "$@"; echo " ended with $?"; read line`;
    const terminal = await Terminal.open(["sh", "-c", script, "sh", program, ...args]);
    // The shell creates the file before it writes the exit code.
    const written = () =>
      Deno.readTextFile(`${folder}/pid`).then((text) => text.endsWith("\n") && text, () => undefined);
    const pid = Number(await until("its process", written));
    if (ready) await connectTo(ready.exec(await terminal.shows(ready)));
    else await waitsForStdin(pid);
    return new Session(terminal, pid, folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminal[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** Verbs that prompt for a password. */
const ASKING: readonly (readonly [tool: string, words: readonly string[], code: number])[] = [
  ["get", ["--user", "me", "http://127.0.0.1:9/"], 143],
  ["file", ["ls", "--user", "me", "http://127.0.0.1:9/"], 143],
  ["file", ["serve", "--user", "me", "--port", "0"], 0],
  ["mail", ["send", "--user", "me", "-S", "127.0.0.1:9", ...MAIL], 143],
  ["mail", ["sink", "--user", "me", "--port", "0", "--web", "0"], 0],
];

for (const [tool, words, code] of ASKING) {
  peerTest(`${tool} ${words[0]}: SIGTERM stops it at the password prompt`, ["tmux"], async () => {
    await using session = await Session.start(tool, words);
    await session.terminal.shows(/password of me: /);
    Deno.kill(session.pid, "SIGTERM");
    const screen = await session.terminal.shows(/ended with \d+/);
    assertMatch(screen, new RegExp(`password of me:\\s+ended with ${code}\n`));
    // The terminal echoes input again.
    await session.terminal.type("visible");
    await session.terminal.shows(/visible/);
  });
}

peerTest("mail send: prints at a terminal that it reads the body, and how to end it", ["tmux"], async () => {
  await using sink = await mailSink({ host: "127.0.0.1", port: 0 });
  for (
    const [more, what, typed] of [[[], "the message body", "hello"], [["--batch"], "messages, one", "{}"]] as const
  ) {
    await using session = await Session.start("mail", ["send", "-S", sink.address, ...MAIL, ...more]);
    await session.terminal.shows(new RegExp(`reading ${what}.* from the terminal; end with Ctrl-D`));
    await session.terminal.enter(typed);
    await session.terminal.press("C-d");
    assertMatch(await session.terminal.shows(/ended with \d+/), /accepted {2}b@example.com[^]*ended with 0\n/);
  }
});

Deno.test("mail send: prints no notice when stdin is not a terminal", async () => {
  await using sink = await mailSink({ host: "127.0.0.1", port: 0 });
  await using running = await startTool("mail", ["send", "-S", sink.address, ...MAIL]);
  await running.process.stdin.close();
  assertEquals([await running.code, running.stderr()], [0, ""]);
});
