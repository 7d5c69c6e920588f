/**
 * Breaks a network of chat servers under load, and compares what was echoed with the history of each server: `chat_network
 * BROKERS [MESSAGES_PER_SECOND]`, with 1 broker, or 3 and three replicas. It needs root, `unshare`, `nft` and
 * `nats-server`, and runs in a network namespace of its own for about 85 seconds.
 * @module
 */
import { RawIrc } from "../../tests/kit/irc.ts";
import { freePort, untilListening } from "../../tests/kit/port.ts";
import { spawn, stop, stopAll } from "../bench/processes.ts";
import { ROOT } from "../root.ts";
import { LedgerClient } from "./ledger_client.ts";

const [count = "3", rate = "200", inside] = Deno.args;
const BROKERS = Number(count);
const CLIENTS = 3;
/** Address of the brokers for the server that is cut off. */
const ALIAS = "127.0.0.2";
const CUT_MS = 30_000;
const quiet = { stdin: "null", stdout: "null", stderr: "null" } as const;
const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

if (inside === undefined) {
  const script = [Deno.execPath(), "run", "--quiet", "--allow-all", import.meta.filename ?? "", count, rate, "inside"];
  const outer = new Deno.Command("unshare", { args: ["--net", "--", ...script], stdin: "null" }).spawn();
  Deno.exit((await outer.status).code);
}

const started = performance.now();
const says = (text: string) =>
  console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s  ${text}`);

async function system(program: string, ...args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args: [...args] }).output();
  if (!success) throw new Error(`${program}: ${new TextDecoder().decode(stderr)}`);
}

interface Broker {
  readonly port: number;
  start(): Promise<void>;
  kill(): Promise<void>;
}

function brokersIn(folder: string): Broker[] {
  const ports = Array.from({ length: BROKERS }, () => [freePort(), freePort()] as const);
  const routes = ports.map(([, route]) => `nats://127.0.0.1:${route}`).join(",");
  return ports.map(([port, route], i) => {
    const own = ["-js", "-sd", `${folder}/${i}`, "-a", "0.0.0.0", "-p", `${port}`, "-n", `n${i}`];
    const cluster = [
      "--cluster_name",
      "x",
      "--cluster",
      `nats://127.0.0.1:${route}`,
      "--routes",
      routes,
      "--no_advertise",
    ];
    let process: Deno.ChildProcess | undefined;
    return {
      port,
      async start() {
        process = spawn("nats-server", { args: BROKERS > 1 ? [...own, ...cluster] : own, ...quiet });
        await untilListening(port, process);
      },
      async kill() {
        process?.kill("SIGKILL");
        await process?.status;
      },
    };
  });
}

async function serve(brokers: readonly Broker[], host = "127.0.0.1") {
  const port = freePort();
  const urls = brokers.map((broker) => `nats://${host}:${broker.port}`).join(",");
  const words = ["serve", "--irc-only", "--port", `${port}`, "--burst", "100000", "--rate", "100000"];
  const network = ["--history-lines", "1000000", "--nats", urls, "--nats-replicas", `${BROKERS}`];
  const args = ["run", "--quiet", "--allow-all", "--unstable-net", `${ROOT}cmd/chat.ts`, ...words, ...network];
  const process = spawn(Deno.execPath(), { args, ...quiet });
  await untilListening(port, process);
  return { process, address: `127.0.0.1:${port}` };
}

/** Returns all ids and texts of the history of a server. */
async function historyOf(address: string, nick: string): Promise<string[]> {
  using client = await RawIrc.in(address, nick, "message-tags", "batch", "draft/chathistory");
  await client.say("JOIN #a");
  await client.hears(/ 366 /);
  const pages: string[][] = [];
  for (let before = "LATEST #a *";;) {
    await client.say(`CHATHISTORY ${before} 100`);
    await client.hears(/ BATCH \+/);
    const page: string[] = [];
    for (let line = ""; !/ BATCH -/.test(line); line = await client.hears(/PRIVMSG| BATCH -/)) {
      const [, id, text] = /msgid=([^; ]*).* :(.*)$/.exec(line) ?? [];
      if (id !== undefined) page.push(`${id} ${text}`);
    }
    if (page.length === 0) return pages.reverse().flat();
    pages.push(page);
    before = `BEFORE #a msgid=${page[0]?.split(" ")[0]}`;
  }
}

await system("ip", "link", "set", "lo", "up");
const folder = await Deno.makeTempDir();
let failed = false;
try {
  const brokers = brokersIn(folder);
  await Promise.all(brokers.map((broker) => broker.start()));
  // The brokers elect a leader first.
  await pause(BROKERS > 1 ? 4 : 0);
  const a = await serve(brokers);
  const [b, c] = await Promise.all([serve(brokers), serve(brokers, ALIAS)]);
  const addresses = [a, b, c].map(({ address }) => address);
  const clients = addresses.map((_, i) => new LedgerClient(`c${i}x`, addresses, i));
  const end = new AbortController();
  const runs = Promise.all(clients.map((client) => client.run(1000 * CLIENTS / Number(rate), end.signal)));
  says(`${BROKERS} brokers, 3 servers, ${rate} messages per second`);
  await pause(4);
  b.process.kill("SIGKILL");
  says("server b is killed");
  for (const [i, broker] of brokers.entries()) {
    await pause(5);
    await broker.kill();
    says(`broker ${i} is killed`);
    await pause(4);
    await broker.start();
    says(`broker ${i} runs again`);
  }
  await pause(5);
  await system("nft", "add table inet cut; add chain inet cut out { type filter hook output priority 0; }");
  await system("nft", `add rule inet cut out ip daddr ${ALIAS} drop; add rule inet cut out ip saddr ${ALIAS} drop`);
  says("server c is cut off");
  await pause(CUT_MS / 1000);
  await system("nft", "delete", "table", "inet", "cut");
  says("server c can reach the brokers again");
  await pause(8);
  end.abort();
  await runs;
  says("the load ends; server d starts");
  const d = await serve(brokers);
  await pause(3);
  const histories = await Promise.all([a, c, d].map(({ address }, i) => historyOf(address, `r${i}`)));
  const [first = []] = histories;
  const texts = first.map((line) => line.split(" ")[1] ?? "");
  const known = new Set(texts);
  const echoed = clients.flatMap((client) => client.echoed);
  const lost = echoed.filter((text) => !known.has(text));
  const same = histories.every((history) => history.join() === first.join());
  const sum = (of: (client: LedgerClient) => number) => clients.reduce((total, client) => total + of(client), 0);
  console.log(`sent                 ${sum(({ sent }) => sent)}`);
  console.log(`rejected             ${sum(({ rejected }) => rejected)}`);
  console.log(`echoed               ${echoed.length}`);
  console.log(`in the history       ${texts.length}, ${known.size} different`);
  console.log(`echoed and lost      ${lost.length}`);
  console.log(`histories of a, c, d ${same ? "equal" : `differ: ${histories.map(({ length }) => length)}`}`);
  console.log(`connections          ${sum(({ connections }) => connections)}`);
  failed = lost.length > 0 || known.size !== texts.length || !same || new Set(echoed).size !== echoed.length;
  await stop(d.process);
} finally {
  await stopAll(true);
  await Deno.remove(folder, { recursive: true });
}
console.log(failed ? "FAILED" : "nothing echoed is lost, and nothing is there twice");
Deno.exit(failed ? 1 : 0);
