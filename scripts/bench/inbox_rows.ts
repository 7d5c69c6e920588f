import { writeAll } from "../../lib/core/mod.ts";
import { freePort } from "../../tests/kit/port.ts";
import { type RawSmtp, rawSmtp } from "../../tests/kit/raw_smtp.ts";
import { median } from "./harness.ts";
import { absent, listening, output, spawn, stop } from "./processes.ts";
import type { Row, TimedContender } from "./subject.ts";

const DELIVERED = 100;
const WAITING = 200;
const SEARCHED = 5000;
const SETTLE_MS = 1500;
const LARGE_BYTES = 60 * 2 ** 20;

/** A sink with its inbox, in a process of its own. */
interface Sink extends AsyncDisposable {
  readonly smtp: number;
  readonly web: number;
}

async function startSink(tool: string, ...args: readonly string[]): Promise<Sink> {
  const [smtp, web] = [freePort(), freePort()];
  const ports = ["--port", `${smtp}`, "--web", `127.0.0.1:${web}`];
  const process = spawn(tool, { args: ["sink", ...ports, ...args], stdin: "null", stdout: "null", stderr: "null" });
  try {
    await Promise.all([smtp, web].map((port) => listening(process, "toucan-mail", port)));
  } catch (error) {
    await stop(process);
    throw error;
  }
  return { smtp, web, [Symbol.asyncDispose]: () => stop(process) };
}

/** Returns the rows of the inbox: waiting API clients, the first search, and a large message that is opened. */
export function inboxRows(tool: string, folder: string): readonly Row[] {
  const missing = absent(tool);
  const contender = (name: string, run: () => Promise<number>): TimedContender => ({ name, missing, run });
  const noop = (value: (times: readonly number[]) => number) => [
    contender("while it is opened", async () => value(await roundTrips(tool, true))),
    contender("idle", async () => value(await roundTrips(tool, false))),
  ];
  let run = 0;
  return [
    {
      work: `deliver ${DELIVERED} messages while ${WAITING} API clients wait for other ones, by recipient`,
      asked: "<= 1.2x none",
      commands: [
        contender(`${WAITING} waiting`, () => deliveryBeside(tool, WAITING, "other")),
        contender("none", () => deliveryBeside(tool, 0, "other")),
      ],
    },
    {
      work: "the same, each message awaited by one of them, who is answered",
      asked: "<= 2.5x none",
      commands: [
        contender(`${WAITING} waiting`, () => deliveryBeside(tool, WAITING, "w")),
        contender("none", () => deliveryBeside(tool, 0, "w")),
      ],
    },
    {
      work: `first search over ${SEARCHED} messages of 4 KiB, right after the last; beside it, the next`,
      asked: "<= 2 s",
      commands: [
        contender("first", () => search(tool, 1)),
        contender("second", () => search(tool, 2)),
      ],
    },
    {
      work: `the same of a maildir that was there at the start`,
      asked: "<= 2 s",
      commands: [contender("first", () => search(tool, 1, `${folder}/search${run++}`))],
    },
    {
      work: `SMTP's reply to NOOP while a message of ${LARGE_BYTES >> 20} MiB is opened: median`,
      asked: "<= 10 ms",
      commands: noop(median),
    },
    {
      work: "the same: longest",
      asked: "<= 100 ms",
      commands: noop((times) => Math.max(...times)),
    },
  ];
}

/** Delivers messages to `NAME0@x.test`, `NAME1@x.test` and so on, while clients wait for those to `w0@x.test` and so on. */
async function deliveryBeside(tool: string, waiting: number, name: string): Promise<number> {
  await using sink = await startSink(tool);
  const clients: Deno.TcpConn[] = [];
  try {
    for (let n = 0; n < waiting; n++) {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port: sink.web });
      clients.push(conn);
      const request = `GET /api/messages?to=w${n}@x.test&wait=60s HTTP/1.1\r\nHost: 127.0.0.1:${sink.web}\r\n\r\n`;
      await writeAll(conn, new TextEncoder().encode(request));
    }
    // One that is answered comes after those that wait.
    await get(sink, "/api/messages");
    using smtp = await rawSmtp(sink.smtp);
    await smtp.ask("EHLO me\r\n");
    const start = performance.now();
    for (let n = 0; n < DELIVERED; n++) {
      await deliver(smtp, `${name}${n}@x.test`, `Subject: number ${n}\r\n\r\nsome text`);
    }
    const took = performance.now() - start;
    await Promise.all(
      clients.slice(0, name === "w" ? DELIVERED : 0).map(async (conn) => {
        if (await conn.read(new Uint8Array(4096)) === null) throw new Error("a waiting client was not answered");
      }),
    );
    return took;
  } finally {
    for (const conn of clients) conn.close();
  }
}

async function deliver(smtp: RawSmtp, to: string, message: string): Promise<void> {
  for (const line of ["MAIL FROM:<a@x.test>", `RCPT TO:<${to}>`, "DATA"]) await smtp.ask(`${line}\r\n`);
  const reply = await smtp.ask(`${message}\r\n.\r\n`);
  if (!reply.startsWith("250")) throw new Error(reply);
}

async function get(sink: Sink, path: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${sink.web}${path}`);
  if (!response.ok) throw new Error(`${path} is ${response.status}`);
  return await response.text();
}

/** Milliseconds of the search with this number; with a folder, of a sink that is started on the messages in it. */
async function search(tool: string, turn: number, folder?: string): Promise<number> {
  const dir = folder === undefined ? [] : ["--dir", folder];
  let sink = await startSink(tool, ...dir);
  try {
    using smtp = await rawSmtp(sink.smtp);
    await smtp.ask("EHLO me\r\n");
    const filler = `${"words that nobody looks for, ".repeat(3)}\r\n`.repeat(45);
    for (let n = 0; n < SEARCHED; n++) {
      const text = `From: a@x.test\r\nSubject: number ${n}\r\nContent-Type: text/plain\r\n\r\n${filler}needle${n}`;
      await deliver(smtp, "b@x.test", text);
    }
    if (folder !== undefined) {
      await sink[Symbol.asyncDispose]();
      sink = await startSink(tool, ...dir);
    }
    let took = NaN;
    for (let n = 0; n < turn; n++) {
      const start = performance.now();
      const { found }: { readonly found: number } = JSON.parse(
        await get(sink, `/api/messages?q=needle${SEARCHED - 1}`),
      );
      took = performance.now() - start;
      if (found !== 1) throw new Error(`${found} messages were found`);
    }
    return took;
  } finally {
    await sink[Symbol.asyncDispose]();
  }
}

/** Round trips of NOOP, while a large message is opened or as long without. */
async function roundTrips(tool: string, opened: boolean): Promise<readonly number[]> {
  await using sink = await startSink(tool);
  using smtp = await rawSmtp(sink.smtp);
  await smtp.ask("EHLO me\r\n");
  await deliverLarge(smtp);
  // What delivering it leaves to the garbage collector is not measured.
  await delay(SETTLE_MS);
  const { messages }: { readonly messages: readonly { readonly id: string }[] } = JSON.parse(
    await get(sink, "/api/messages"),
  );
  const url = `http://127.0.0.1:${sink.web}`;
  const id = messages[0]?.id;
  const paths = ["/api/messages/ID", "/messages/ID/frame", "/api/messages/ID/attachments/0"];
  const reader = opened
    // Another process, whose work is not measured.
    ? output("curl", {
      args: ["-fsS", ...paths.flatMap((path) => ["-o", "/dev/null", url + path.replace("ID", `${id}`)])],
    })
    : delay(1000);
  let reading = true;
  const finished = reader.finally(() => reading = false);
  const times: number[] = [];
  while (reading) {
    const start = performance.now();
    await smtp.ask("NOOP\r\n");
    times.push(performance.now() - start);
    await delay(1);
  }
  const result = await finished;
  if (result && !result.success) throw new Error(new TextDecoder().decode(result.stderr));
  return times;
}

/** Delivers a message with a large attachment; piece by piece, so that what is measured next finds nothing to clear away. */
async function deliverLarge(smtp: RawSmtp): Promise<void> {
  for (const line of ["MAIL FROM:<a@x.test>", "RCPT TO:<b@x.test>", "DATA"]) await smtp.ask(`${line}\r\n`);
  await smtp.say(
    "Subject: large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
      "--b\r\nContent-Type: text/html\r\n\r\n<h1>large</h1>\r\n" +
      "--b\r\nContent-Type: application/octet-stream; name=large\r\nContent-Transfer-Encoding: base64\r\n\r\n",
  );
  const lines = new TextEncoder().encode(`${"TWFu".repeat(19)}\r\n`.repeat(1000));
  for (let sent = 0; sent < LARGE_BYTES; sent += lines.length) await writeAll(smtp.conn, lines);
  const reply = await smtp.ask("--b--\r\n.\r\n");
  if (!reply.startsWith("250")) throw new Error(reply);
}

function delay(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}
