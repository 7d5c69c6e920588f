import { executablePath } from "../../build/compile_tool.ts";
import { freePort } from "../../../tests/kit/port.ts";
import { fillMaildir, STORED } from "../fill_maildir.ts";
import { median } from "../harness.ts";
import { absent, listening, output, spawn, stop } from "../processes.ts";
import { ROOT } from "../../root.ts";
import type { Row, Subject, TimedContender } from "../subject.ts";

const tool = ROOT + executablePath("mail");
const folder = await Deno.makeTempDir();
const maildir = `${folder}/Maildir`;
const REPEATED = 5;

/** A sink of the maildir, with its page. */
interface Sink extends AsyncDisposable {
  readonly process: Deno.ChildProcess;
  readonly url: string;
  readonly started: number;
  /** Processor time up to the first answer, in milliseconds. */
  readonly spent: number;
}

let kept: Sink | undefined;

/** Measures the start, the list, searches and the memory of a sink with many messages, and searches of doveadm. */
export const subject: Subject = {
  name: "mail_store",
  async rows(): Promise<readonly Row[]> {
    const missing = absent(tool);
    if (missing === undefined) await fillMaildir(maildir);
    const ours = (name: string, run: () => Promise<number>): TimedContender => ({ name, missing, run });
    const asked = (query: string) => ours(`GET ?${query}`, async () => await ask(await indexed(), query));
    const body = (word: string) => [asked(`q=${word}`), dovecot("body", word)];
    return [
      {
        work: `start with a maildir of ${STORED} messages of 2 KiB, up to the first answer`,
        asked: "<= 3000 ms",
        commands: [ours("mail sink --dir", start)],
      },
      {
        work: "processor time of that start",
        asked: "",
        counts: "ms",
        commands: [ours("mail sink --dir", async () => {
          await using sink = await startSink();
          return sink.spent;
        })],
      },
      { work: "list 100 of them", asked: "<= 50 ms", commands: [asked("limit=100&offset=50000")] },
      { work: "search their texts for a word that is in one", asked: "<= 300 ms", commands: body("word99999") },
      { work: "the same for a word that is in most", asked: "<= 300 ms", commands: body("government") },
      {
        work: "search their subjects for a word that is in some",
        asked: "<= 300 ms",
        commands: [asked("subject=teacher"), dovecot("subject", "teacher")],
      },
      {
        work: "memory of the sink after that",
        asked: "<= 300 MiB",
        counts: "MiB",
        commands: [ours("mail sink --dir", async () => await memory(await indexed()))],
      },
    ];
  },
  [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
};

async function startSink(): Promise<Sink> {
  const [smtp, web] = [freePort(), freePort()];
  const ports = ["--port", `${smtp}`, "--web", `127.0.0.1:${web}`];
  const start = performance.now();
  const args = ["sink", "--dir", maildir, "--max-messages", `${2 * STORED}`, ...ports];
  const process = spawn(tool, { args, stdin: "null", stdout: "null", stderr: "null" });
  await listening(process, "toucan-mail", web);
  const url = `http://127.0.0.1:${web}/api/messages`;
  await (await fetch(`${url}?limit=1`)).text();
  const started = performance.now() - start;
  return { process, url, started, spent: await spentBy(process), [Symbol.asyncDispose]: () => stop(process) };
}

/** Processor time of a process, in milliseconds; the system counts it in hundredths of a second. */
async function spentBy({ pid }: Deno.ChildProcess): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function start(): Promise<number> {
  await using sink = await startSink();
  return sink.started;
}

/** The sink that answers searches, which has read all messages once. */
async function indexed(): Promise<Sink> {
  if (kept) return kept;
  {
    // The first one reads them all before it answers, and stores their texts when it ends.
    await using sink = await startSink();
    await ask(sink, "q=word0");
  }
  return kept = await startSink();
}

async function ask({ url }: Sink, query: string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < REPEATED; i++) {
    const start = performance.now();
    const response = await fetch(`${url}?${query}`);
    await response.text();
    if (!response.ok) throw new Error(`${url}?${query}: ${response.status}`);
    times.push(performance.now() - start);
  }
  return median(times);
}

/** Memory that a process uses now, in MiB. */
async function memory({ process: { pid } }: Sink): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? NaN) / 1024;
}

/** User of the system that searches: doveadm does not run as root. */
const NOBODY = 65534;

/** Searches the maildir as dovecot does without an index of words, but with its index of header fields; it is not changed. */
function dovecot(key: string, word: string): TimedContender {
  const own = `${folder}/dovecot`;
  return {
    name: `doveadm search ${key}`,
    missing: absent("doveadm") ?? (Deno.uid() === 0 ? undefined : "doveadm needs root here, to run as another user"),
    async run() {
      await Deno.chmod(folder, 0o755);
      await Deno.mkdir(own, { recursive: true });
      await Deno.chown(own, NOBODY, NOBODY);
      const lines = [
        ...[`mail_location = maildir:${maildir}:INDEX=${own}/index:CONTROL=${own}/index`, "ssl = no"],
        ...[`base_dir = ${own}/run`, `state_dir = ${own}/state`, "log_path = /dev/stderr"],
        ...[`mail_uid = ${NOBODY}`, `mail_gid = ${NOBODY}`, "first_valid_uid = 1", "first_valid_gid = 1"],
      ];
      await Deno.writeTextFile(`${own}/conf`, lines.map((line) => `${line}\n`).join(""));
      const start = performance.now();
      const { success, stdout, stderr } = await output("doveadm", {
        args: ["-c", `${own}/conf`, "search", "mailbox", "INBOX", key, word],
        ...{ uid: NOBODY, gid: NOBODY, env: { USER: "nobody", HOME: own } },
      });
      const ms = performance.now() - start;
      if (!success) throw new Error(new TextDecoder().decode(stderr));
      if (stdout.length === 0) throw new Error("doveadm found nothing");
      return ms;
    },
  };
}
