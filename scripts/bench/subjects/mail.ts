import { executablePath } from "../../build/compile_tool.ts";
import { ROOT } from "../../root.ts";
import { inboxRows } from "../inbox_rows.ts";
import { absent, serve, spawn } from "../processes.ts";
import type { Row, Subject, TimedContender } from "../subject.ts";

const tool = ROOT + executablePath("mail");
const folder = await Deno.makeTempDir();
const BARE = `${ROOT}scripts/bench/bare_smtp.ts`;

/** Number of messages in a run: few enough that the ports of closed connections do not run out. */
const FLOOD = 2000;
/** Number of messages over one connection, and with a new swaks process for each. */
const MANY = 5000;
const FEW = 20;
const ATTACHED = 500 * 2 ** 20;
const ATTACHED_LIMIT = 200 * 2 ** 20;

const AIOSMTPD = `
import asyncio, sys
from aiosmtpd.smtp import SMTP
kept = []
class Handler:
    async def handle_DATA(self, server, session, envelope):
        kept.append(envelope.content)
        return '250 OK'
async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(), hostname='py.test'), '127.0.0.1', int(sys.argv[1]))
    await server.serve_forever()
asyncio.run(main())
`;

/**
 * Measures the sink against a bare loop, aiosmtpd and smtp-sink, sending against swaks, the memory for a large attachment, and the
 * inbox.
 */
export const subject: Subject = {
  name: "mail",
  async rows(): Promise<readonly Row[]> {
    const built = absent(tool);
    const source = absent("smtp-source");
    const memory = built ?? await serve(tool, (port) => ["sink", "--port", `${port}`, "--smtp-only"]);
    const maildir = built ??
      await serve(tool, (port) => ["sink", "--port", `${port}`, "--smtp-only", "--dir", `${folder}/Maildir`]);
    const bare = await serve(Deno.execPath(), (port) => ["run", "--quiet", "--allow-net", BARE, `${port}`]);
    const python = await serve("/usr/bin/python3", (port) => ["-c", AIOSMTPD, `${port}`]);
    const postfix = absent("smtp-sink") ??
      await serve("smtp-sink", (port) => ["-u", "nobody", `127.0.0.1:${port}`, "1000"]);
    const large = built ?? absent("smtp-sink") ??
      await serve("smtp-sink", (port) => ["-u", "nobody", `127.0.0.1:${port}`, "1000"]);
    await Deno.writeFile(`${folder}/large`, new Uint8Array());
    await Deno.truncate(`${folder}/large`, ATTACHED);
    const flood = (name: string, port: number | string, ...words: readonly string[]) =>
      timed(name, typeof port === "string" ? port : source, "smtp-source", [
        ...words,
        ...["-s", "10", "-l", "4096", "-m", `${FLOOD}`, "-f", "a@b.example", "-t", "c@d.example", `127.0.0.1:${port}`],
      ]);
    return [
      {
        work: `take ${FLOOD} messages of 4 KiB, 10 at once, each on its connection`,
        asked: "<= 1.6x the bare loop, <= 0.33x aiosmtpd",
        commands: [
          flood("mail sink", memory),
          flood("bare loop", bare),
          flood("aiosmtpd", python),
          flood("smtp-sink", postfix),
        ],
      },
      {
        work: `the same over connections that stay`,
        asked: "<= 2.3x the bare loop, <= 0.33x aiosmtpd",
        commands: [
          flood("mail sink", memory, "-d"),
          flood("bare loop", bare, "-d"),
          flood("aiosmtpd", python, "-d"),
          flood("smtp-sink", postfix, "-d"),
        ],
      },
      {
        work: `the same into a maildir, each synced; beside it as many files written and synced by dd, 10 at once`,
        asked: "<= 1000 ms",
        commands: [flood("mail sink --dir", maildir, "-d"), synced()],
      },
      {
        work: `send ${MANY} messages over one connection; swaks sends ${FEW} (time for ${FEW})`,
        asked: "<= 0.01x",
        commands: [sends(memory), swaks(memory)],
      },
      {
        work: "send one message with an attachment of 500 MiB",
        asked: "< 200 MiB of memory, or it fails",
        commands: [attachment(large)],
      },
      ...inboxRows(tool, folder),
    ];
  },
  [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
};

/** A program that runs until it exits. */
function timed(name: string, missing: string | undefined, program: string, args: readonly string[]): TimedContender {
  return { name, missing, run: async () => (await finished(program, args)).ms };
}

async function finished(
  program: string,
  args: readonly string[],
  stdin?: string,
): Promise<{ ms: number; said: string }> {
  const start = performance.now();
  const child = spawn(program, { args: [...args], stdin: "piped", stdout: "null", stderr: "piped" });
  const fed = new Blob([stdin ?? ""]).stream().pipeTo(child.stdin).catch(() => {});
  const { success, code, stderr } = await child.output();
  await fed;
  const said = new TextDecoder().decode(stderr);
  if (!success) throw new Error(`${program} ended with ${code}: ${said}`);
  return { ms: performance.now() - start, said };
}

/** Measures the limit of the disk: files of the same size, each synced separately. */
function synced(): TimedContender {
  const script =
    `mkdir -p ${folder}/dd && seq ${FLOOD} | xargs -P 10 -I N dd if=/dev/zero of=${folder}/dd/N bs=4096 count=1 conv=fsync status=none`;
  return { name: "dd conv=fsync", run: async () => (await finished("sh", ["-c", script])).ms };
}

function sends(port: number | string): TimedContender {
  const lines = Array.from(
    { length: MANY },
    (_, i) => JSON.stringify({ to: "b@example.com", subject: `number ${i}`, text: "some text\n" }),
  );
  const words = ["send", "--batch", "-S", `127.0.0.1:${port}`, "--tls", "none", "-f", "a@example.com"];
  return {
    name: "mail send --batch",
    missing: typeof port === "string" ? port : undefined,
    run: async () => (await finished(tool, words, lines.join("\n"))).ms * FEW / MANY,
  };
}

function swaks(port: number | string): TimedContender {
  const words = [
    "--server",
    `127.0.0.1:${port}`,
    "--from",
    "a@example.com",
    "--to",
    "b@example.com",
    "--helo",
    "me",
    "--silent",
    "3",
  ];
  const run = async () => {
    let ms = 0;
    for (let i = 0; i < FEW; i++) ms += (await finished("swaks", [...words, "--body", "some text"])).ms;
    return ms;
  };
  return { name: "swaks", missing: typeof port === "string" ? port : absent("swaks"), run };
}

/** Sends the large attachment, and fails if that takes more memory than the limit. */
function attachment(port: number | string): TimedContender {
  const words = ["send", "-S", `127.0.0.1:${port}`, "--tls", "none", "-f", "a@example.com", "--to", "b@example.com"];
  const script =
    'exec /usr/bin/python3 -c "import resource, subprocess, sys; code = subprocess.run(sys.argv[1:]).returncode; ' +
    'print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); sys.exit(code)" "$@"';
  return {
    name: "mail send --attach",
    missing: typeof port === "string" ? port : undefined,
    async run() {
      const { ms, said } = await finished("sh", [
        "-c",
        script,
        "sh",
        tool,
        ...words,
        "--text",
        "x",
        "-a",
        `${folder}/large`,
      ]);
      const bytes = Number(said.trim().split("\n").at(-1)) * 1024;
      if (!(bytes < ATTACHED_LIMIT)) throw new Error(`it took ${Math.round(bytes / 2 ** 20)} MiB`);
      console.error(`mail send --attach took ${Math.round(bytes / 2 ** 20)} MiB of memory`);
      return ms;
    },
  };
}
