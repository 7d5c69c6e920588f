/**
 * Runs set-ups of resolver files, each in its own mount namespace, with name servers on 127.0.0.x:53. Started by {@link
 * "./name_setups.ts"} in its own network namespace, with the set-ups as JSON on stdin; the results go to stdout.
 * @module
 */
import { decodeHead, RCODE } from "../../lib/dns/internal.ts";
import { closeQuietly, concat } from "../../lib/core/mod.ts";
import type { NameSetup, SetupOutcome, SetupRun } from "./name_setups.ts";
import { framed, response } from "./scripted_dns.ts";

/** Addresses of names at the server 127.0.0.N; the last number of an IPv4 address is that of the server. */
function zone(server: number): Record<string, readonly [type: "A" | "AAAA", data: string][]> {
  const address = `192.0.2.${server}`;
  return {
    "www.corp.test.": [["A", address], ["AAAA", `2001:db8::${server}`]],
    "www.lab.test.": [["A", `198.51.100.${server}`]],
    "www.sub.corp.test.": [["A", `203.0.113.${server}`]],
    "v4.corp.test.": [["A", address]],
    "v6.corp.test.": [["AAAA", `2001:db8::${server}`]],
    "v4.lab.test.": [["A", address], ["AAAA", `2001:db8:1::${server}`]],
    "text.corp.test.": [],
    "text.lab.test.": [["A", address]],
    "host.servfail6.test.": [["A", address]],
    "host.refused6.test.": [["A", address]],
    "host.silent6.test.": [["A", address]],
    "host.silent4.test.": [["AAAA", `2001:db8::${server}`]],
    "silent6none.silent6.test.": [],
    "lonely.": [["A", address]],
  };
}

/** Returns the response of a server, or nothing. */
function answer(server: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const query = decodeHead(bytes);
  const [question] = query.questions;
  if (!question || server === 7) return undefined;
  const name = question.name.toLowerCase();
  const head = new Uint8Array(bytes);
  const fails = (rcode: number) => {
    head[2] = 0x81;
    head[3] = rcode;
    return head;
  };
  if (server === 5 || /(^|\.)refused\.test\.$/.test(name)) return fails(RCODE.REFUSED);
  if (server === 6 || /(^|\.)servfail\.test\.$/.test(name)) return fails(RCODE.SERVFAIL);
  if (/(^|\.)silent\.test\.$/.test(name)) return undefined;
  if (name.endsWith("silent6.test.") && question.type === "AAAA") return undefined;
  if (name.endsWith("silent4.test.") && question.type === "A") return undefined;
  if (name.endsWith("servfail6.test.") && question.type === "AAAA") return fails(RCODE.SERVFAIL);
  if (name.endsWith("refused6.test.") && question.type === "AAAA") return fails(RCODE.REFUSED);
  const records = zone(server)[name];
  if (!records) return fails(RCODE.NXDOMAIN);
  const answers = records.filter(([type]) => type === question.type)
    .map(([type, data]) => ({ name: question.name, type, ttl: 60, data }));
  return response(query, { authoritative: true, answers });
}

/** The servers: 5 refuses, 6 fails, 7 is silent over UDP and TCP, 8 does not run. */
const SERVERS = [
  [1, "127.0.0.1"],
  [2, "127.0.0.2"],
  [3, "127.0.0.3"],
  [4, "127.0.0.4"],
  [5, "127.0.0.5"],
  [
    6,
    "127.0.0.6",
  ],
  [7, "127.0.0.7"],
  [9, "::1"],
  [10, "fe80::53%lo"],
] as const;

function serve(): Disposable {
  const closers: (() => void)[] = [];
  for (const [server, hostname] of SERVERS) {
    const socket = Deno.listenDatagram({ transport: "udp", hostname, port: 53 });
    const listener = Deno.listen({ hostname, port: 53 });
    closers.push(() => closeQuietly(socket), () => closeQuietly(listener));
    (async () => {
      for await (const [bytes, from] of socket) {
        const reply = answer(server, bytes);
        if (reply) await socket.send(reply, from).catch(() => {});
      }
    })();
    (async () => {
      for await (const connection of listener) exchange(connection, server).catch(() => {});
    })();
  }
  return { [Symbol.dispose]: () => closers.forEach((close) => close()) };
}

/** Answers the queries of a connection; several may arrive at once. */
async function exchange(open: Deno.Conn, server: number): Promise<void> {
  using connection = open;
  let pending = new Uint8Array();
  const buffer = new Uint8Array(1024);
  for (let count = await connection.read(buffer); count !== null; count = await connection.read(buffer)) {
    pending = concat([pending, buffer.subarray(0, count)]);
    while (pending.length >= 2) {
      const end = 2 + ((pending[0] ?? 0) << 8 | (pending[1] ?? 0));
      if (pending.length < end) break;
      const reply = answer(server, pending.subarray(2, end));
      if (reply) await connection.write(framed(reply));
      pending = pending.subarray(end);
    }
  }
}

/** Shell script that mounts a folder over `/etc` and runs a program. */
const SCRIPT = `mount --bind "$1" /etc; [ -n "$2" ] && hostname "$2"; shift 2; exec "$@"`;
/** The same as root without the capability to bypass file permissions. */
const BOUND = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"];

async function run(setup: NameSetup, folder: string, program: readonly string[]): Promise<SetupRun> {
  const bound = setup.resolvConf === "UNREADABLE" ? BOUND : [];
  const child = new Deno.Command("unshare", {
    args: ["--mount", "--uts", "sh", "-c", SCRIPT, "sh", folder, setup.hostname ?? "", ...bound, ...program],
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...setup.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const { code, stdout, stderr } = await child.output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

async function prepare(setup: NameSetup): Promise<string> {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/nsswitch.conf`, setup.nsswitch ?? "hosts: files dns\n");
  await Deno.writeTextFile(`${folder}/hosts`, setup.hosts ?? "127.0.0.1 localhost\n");
  const path = `${folder}/resolv.conf`;
  switch (setup.resolvConf) {
    case "MISSING":
      break;
    case "DANGLING":
      await Deno.symlink("/no/such/file", path);
      break;
    case "FOLDER":
      await Deno.mkdir(path);
      break;
    case "FIFO":
      await new Deno.Command("mkfifo", { args: [path] }).output();
      break;
    case "DEVICE":
      await Deno.symlink("/dev/null", path);
      break;
    case "UNREADABLE":
      await Deno.writeTextFile(path, "nameserver 127.0.0.2\n", { mode: 0 });
      break;
    default:
      await Deno.writeTextFile(path, setup.resolvConf);
  }
  return folder;
}

async function outcome(setup: NameSetup): Promise<SetupOutcome> {
  const folder = await prepare(setup);
  try {
    // A FIFO blocks the C library for ever.
    const limit = setup.resolvConf === "FIFO" ? "0.2" : "20";
    const getent = await run(setup, folder, ["timeout", limit, "getent", "ahosts", setup.name]);
    const [program = "", ...args] = setup.tool;
    const tools = [];
    for (const more of setup.runs) {
      tools.push(await run(setup, folder, ["timeout", "-s", "KILL", "15", program, ...args, ...more]));
    }
    return { getent, tools };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

using _servers = serve();
const setups: NameSetup[] = await new Response(Deno.stdin.readable).json();
const outcomes: SetupOutcome[] = [];
const queue = [...setups.entries()];
await Promise.all(Array.from({ length: 4 }, async () => {
  for (let next = queue.shift(); next; next = queue.shift()) outcomes[next[0]] = await outcome(next[1]);
}));
console.log(JSON.stringify(outcomes));
