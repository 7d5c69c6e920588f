import { executablePath } from "../../build/compile_tool.ts";
import { ROOT } from "../../root.ts";
import { makeCertificate } from "../../../tests/kit/certificates.ts";
import { type Nsd, startNsd } from "../../../tests/kit/nsd.ts";
import { startUnbound, type Unbound } from "../../../tests/kit/unbound.ts";
import { compileEmpty } from "../empty_executable.ts";
import { absent, output } from "../processes.ts";
import type { Contender, Row, Subject } from "../subject.ts";

const COUNT = 200_000;
/** As many as dig looks up in a time that can be waited for, and as go over encrypted connections. */
const DIG_COUNT = 20_000;
const ENCRYPTED_COUNT = 50_000;
const executable = ROOT + executablePath("resolve");
const folder = await Deno.makeTempDir();
const ZONE = ["$TTL 300", "@ SOA ns root 1 3600 600 86400 60", "@ NS ns", "ns A 127.0.0.1", "* A 192.0.2.1", ""];
const servers: AsyncDisposable[] = [];

/** Measures many names against one local nsd, over encrypted connections against unbound, and one name. */
export const subject: Subject = {
  name: "dns",
  async rows() {
    await writeNames(COUNT, "bulk.test");
    await writeNames(DIG_COUNT, "bulk.test");
    const nsd = await startNsd({ "bulk.test": ZONE.join("\n") });
    servers.push(nsd);
    return [...bulkRows(nsd), ...await encryptedRows(), await coldRow(nsd)];
  },
  async [Symbol.asyncDispose]() {
    for (const server of servers) await server[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  },
};

async function writeNames(count: number, zone: string): Promise<void> {
  const names = Array.from({ length: count }, (_, number) => `n${number}.${zone}`);
  await Deno.writeTextFile(`${folder}/${count}`, names.join("\n") + "\n");
  await Deno.writeTextFile(`${folder}/${count}.dnsperf`, names.map((name) => `${name} A\n`).join(""));
}

function bulkRows({ port }: Nsd): readonly Row[] {
  const server = `127.0.0.1:${port}`;
  const window: Contender = {
    name: "a bare window of queries",
    command: [
      ...[Deno.execPath(), "run", "--quiet", "--unstable-net", "--allow-net"],
      ...[`${ROOT}scripts/bench/dns_window.ts`, `${port}`, `${COUNT}`],
    ],
  };
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
    { work: `${COUNT} names to NDJSON`, asked: "<= 2.5x", commands: [ours(server, COUNT), window] },
    { work: `${COUNT} names to NDJSON`, asked: "<= 2.5x", commands: [ours(server, COUNT), dnsperf] },
    { work: `${COUNT} names, --ordered`, asked: "–", commands: [ours(server, COUNT, "--ordered")] },
    { work: `${COUNT} names over TCP`, asked: "–", commands: [ours(server, COUNT, "--tcp")] },
    { work: `${DIG_COUNT} names`, asked: "<= 0.2x", commands: [ours(server, DIG_COUNT), dig] },
  ];
}

/** Rows of DNS over TLS and HTTPS, each beside UDP to the same server. */
async function encryptedRows(): Promise<readonly Row[]> {
  if (absent("unbound") !== undefined) return [];
  await writeNames(ENCRYPTED_COUNT, "example.test");
  const authority = await makeCertificate({ authority: true, names: [] });
  const unbound: Unbound = await startUnbound(await makeCertificate({ names: ["127.0.0.1"], issuer: authority }));
  servers.push(unbound);
  await Deno.writeTextFile(`${folder}/ca.pem`, authority.cert);
  const trusted = ["--cacert", `${folder}/ca.pem`];
  const udp = ours(`127.0.0.1:${unbound.port}`, ENCRYPTED_COUNT);
  return [
    [`tls://127.0.0.1:${unbound.tls}`, "over TLS to unbound, ours over UDP beside it"],
    [`https://127.0.0.1:${unbound.https}/dns-query`, "over HTTPS to unbound, ours over UDP beside it"],
  ].map(([server = "", how = ""]) => ({
    work: `${ENCRYPTED_COUNT} names ${how}`,
    asked: "<= 2x",
    commands: [ours(server, ENCRYPTED_COUNT, ...trusted), udp],
  }));
}

/** Row of one name, without the time in which an executable starts that does nothing. */
async function coldRow({ port }: Nsd): Promise<Row> {
  const missing = absent(executable) ?? await compileEmpty(`${folder}/empty`);
  const words = ["--server", `127.0.0.1:${port}`, "--type", "A", "n1.bulk.test"];
  return {
    work: "one name",
    asked: "<= 1.3x",
    rounds: 31,
    commands: [
      {
        name: "toucan-resolve NAME, less an empty executable",
        run: async () => await timeOf(executable, words) - await timeOf(`${folder}/empty`, []),
        missing,
      },
      { name: "kdig NAME", command: ["kdig", "@127.0.0.1", "-p", `${port}`, "n1.bulk.test"], missing: absent("kdig") },
    ],
  };
}

async function timeOf(program: string, args: readonly string[]): Promise<number> {
  const start = performance.now();
  const { success } = await output(program, { args: [...args] });
  if (!success) throw new Error(`${program} failed`);
  return performance.now() - start;
}

function ours(server: string, count: number, ...options: readonly string[]): Contender {
  return {
    name: ["toucan-resolve", ...options.filter((option) => !option.startsWith("/"))].join(" "),
    command: [executable, "--server", server, "--type", "A", "--json", ...options, "-"],
    stdin: `${folder}/${count}`,
  };
}
