import { executablePath } from "../../build/compile_tool.ts";
import { ROOT } from "../../root.ts";
import { type Nsd, startNsd } from "../../../tests/kit/nsd.ts";
import { absent, output, reason, serve } from "../processes.ts";
import type { Row, Subject, TimedContender } from "../subject.ts";

const NAMES = 200_000;
/** Number of names that are asked over and over. */
const FEW = 1000;
const SECONDS = "3";
const executable = ROOT + executablePath("resolve");
const folder = await Deno.makeTempDir();
let nsd: Nsd | undefined;

/** Measures the queries per second of `resolve serve` and nsd, with the same zone and the same queries, by dnsperf. */
export const subject: Subject = {
  name: "dns_server",
  async rows() {
    const zone = ["$TTL 300", "@ SOA ns root 1 3600 600 86400 60", "@ NS ns", "ns A 127.0.0.1"];
    for (let number = 0; number < NAMES; number++) zone.push(`n${number} A 10.${number >> 16}.${number >> 8 & 255}.1`);
    const text = zone.join("\n") + "\n";
    await Deno.writeTextFile(`${folder}/served.zone`, text);
    await writeQueries("few", FEW);
    await writeQueries("many", NAMES);
    const words = ["serve", "--zone", `perf.test=${folder}/served.zone`, "--port"];
    const ours = absent(executable) ?? await serve(executable, (port) => [...words, `${port}`]);
    const peer = absent("nsd") ?? await startNsd({ "perf.test": text }).then((started) => (nsd = started).port, reason);
    const row = (work: string, file: string, mode: string): Row => ({
      work,
      asked: ">= 0.5x",
      counts: "queries/s",
      commands: [
        dnsperf("toucan-resolve serve", ours, file, mode),
        dnsperf("nsd, one process", peer, file, mode),
      ],
    });
    return [
      row(`dnsperf -c 8 -q 100: ${FEW} names over UDP`, "few", "udp"),
      row(`${NAMES} names over UDP, in random order`, "many", "udp"),
      row(`${FEW} names over TCP`, "few", "tcp"),
    ];
  },
  async [Symbol.asyncDispose]() {
    await nsd?.[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  },
};

/** Writes queries for this number of names, in an order that is the same in each run. */
async function writeQueries(file: string, count: number): Promise<void> {
  // A prime that does not divide the number of names.
  const step = 7919;
  const lines = Array.from({ length: count }, (_, index) => `n${index * step % count}.perf.test A\n`);
  await Deno.writeTextFile(`${folder}/${file}`, lines.join(""));
}

/** Asks the server on a port; `port` may also be the reason why there is none. */
function dnsperf(name: string, port: number | string, file: string, mode: string): TimedContender {
  const missing = absent("dnsperf") ?? (typeof port === "string" ? port : undefined);
  const words = `-s 127.0.0.1 -p ${port} -m ${mode} -c 8 -q 100 -l ${SECONDS} -d ${folder}/${file}`;
  return {
    name,
    missing,
    async run() {
      const { stdout } = await output("dnsperf", { args: words.split(" ") });
      const report = new TextDecoder().decode(stdout);
      const rate = Number(/Queries per second: +([\d.]+)/.exec(report)?.[1]);
      if (!(rate > 0) || !/Queries lost: +0 /.test(report)) throw new Error(`dnsperf lost queries: ${report.trim()}`);
      return rate;
    },
  };
}
