import { executablePath } from "../../build/compile_tool.ts";
import { ROOT } from "../../root.ts";
import { type Nsd, startNsd } from "../../../tests/kit/nsd.ts";
import { absent } from "../processes.ts";
import type { Contender, Row, Subject } from "../subject.ts";

const COUNT = 200_000;
/** As many as dig looks up in a time that can be waited for. */
const DIG_COUNT = 20_000;
const executable = ROOT + executablePath("resolve");
const folder = await Deno.makeTempDir();
const ZONE = ["$TTL 300", "@ SOA ns root 1 3600 600 86400 60", "@ NS ns", "ns A 127.0.0.1", "* A 192.0.2.1", ""];
let server: Nsd | undefined;

/** Measures many names against one local nsd. */
export const subject: Subject = {
  name: "dns",
  async rows() {
    server = await startNsd({ "bulk.test": ZONE.join("\n") });
    for (const count of [COUNT, DIG_COUNT]) {
      const names = Array.from({ length: count }, (_, number) => `n${number}.bulk.test`);
      await Deno.writeTextFile(`${folder}/${count}`, names.join("\n") + "\n");
      await Deno.writeTextFile(`${folder}/${count}.dnsperf`, names.map((name) => `${name} A\n`).join(""));
    }
    return rows(server.port);
  },
  async [Symbol.asyncDispose]() {
    await server?.[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  },
};

function rows(port: number): readonly Row[] {
  const dnsperf: Contender = {
    name: "dnsperf -q 256",
    command: ["dnsperf", ..."-s 127.0.0.1 -n 1 -q 256 -p".split(" "), `${port}`, "-d", `${folder}/${COUNT}.dnsperf`],
    missing: absent("dnsperf"),
  };
  const dig: Contender = {
    name: "dig -f",
    command: ["dig", "@127.0.0.1", "-p", `${port}`, "+noall", "+answer", "-f", `${folder}/${DIG_COUNT}`],
    missing: absent("dig"),
  };
  return [
    { work: `${COUNT} names to NDJSON`, asked: "<= 2.5x dnsperf", commands: [ours(port, COUNT), dnsperf] },
    { work: `${COUNT} names, --ordered`, asked: "–", commands: [ours(port, COUNT, "--ordered")] },
    { work: `${COUNT} names over TCP`, asked: "–", commands: [ours(port, COUNT, "--tcp")] },
    { work: `${DIG_COUNT} names`, asked: "<= 0.2x dig -f", commands: [ours(port, DIG_COUNT), dig] },
  ];
}

function ours(port: number, count: number, ...options: readonly string[]): Contender {
  const server = `127.0.0.1:${port}`;
  return {
    name: ["toucan-resolve", ...options].join(" "),
    command: [executable, "--server", server, "--type", "A", "--json", ...options, "-"],
    stdin: `${folder}/${count}`,
  };
}
