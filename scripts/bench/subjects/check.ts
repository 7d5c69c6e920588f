import { makeCertificate } from "../../../tests/kit/certificates.ts";
import { startNginx } from "../../../tests/kit/nginx.ts";
import { type Nsd, startNsd } from "../../../tests/kit/nsd.ts";
import { executablePath } from "../../build/compile_tool.ts";
import { ROOT } from "../../root.ts";
import { absent, output } from "../processes.ts";
import type { Contender, Row, Subject, TimedContender } from "../subject.ts";

const TARGETS = 1000;
/** Reserved name (RFC 6761) that a server of the bench has. */
const NAME = "www.bench.test";
const ZONE = ["$TTL 300", "@ SOA ns root 1 3600 600 86400 60", "@ NS ns", "ns A 127.0.0.1", "www A 127.0.0.1", ""];
const executable = ROOT + executablePath("check");
const folder = await Deno.makeTempDir();
const stack = new AsyncDisposableStack();
/** Programs that show the same by hand, one after the other. */
const BY_HAND = ["dig", "nc", "openssl", "curl"];

/** Measures one check beside its longest chain and beside the same by hand, and many targets at once. */
export const subject: Subject = {
  name: "check",
  async rows(): Promise<readonly Row[]> {
    const missing = absent(executable) ?? absent("nginx") ?? absent("nsd");
    if (missing !== undefined) return [{ work: "check https://…", asked: "<= 1.3x", commands: [absence(missing)] }];
    const authority = await makeCertificate({ authority: true, names: [] });
    const tls = await makeCertificate({ names: [NAME, "localhost"], issuer: authority, days: [-1, 60] });
    await Deno.writeTextFile(`${folder}/ca.pem`, authority.cert);
    await Deno.mkdir(`${folder}/root`);
    await Deno.writeTextFile(`${folder}/root/index.html`, "<!doctype html><title>A page</title>");
    const nginx = stack.use(await startNginx(folder, { tls, more: "ssl_protocols TLSv1.2 TLSv1.3;" }));
    const nsd = stack.use(await startNsd({ "bench.test": ZONE.join("\n") }));
    const { port } = new URL(nginx.url);
    const one = ours("toucan-check", nsd, [`https://${NAME}:${port}/`]);
    return [
      { work: "check one site", asked: "<= 1.3x", rounds: 15, commands: chainRow(nsd, `https://${NAME}:${port}/`) },
      { work: "check one site", asked: "–", rounds: 15, commands: [one, byHand(nsd, port)] },
      ...await manyRows(nsd, "TCP", `tcp://${NAME}:${port}`),
      ...await manyRows(nsd, "HTTPS", `https://${NAME}:${port}`),
    ];
  },
  async [Symbol.asyncDispose]() {
    await stack.disposeAsync();
    await Deno.remove(folder, { recursive: true });
  },
};

function absence(missing: string): Contender {
  return { name: "toucan-check", command: [executable], missing };
}

function words({ port }: Nsd): readonly string[] {
  return ["--server", `127.0.0.1:${port}`, "--cacert", `${folder}/ca.pem`, "--json"];
}

function ours(name: string, nsd: Nsd, targets: readonly string[]): Contender {
  return { name, command: [executable, ...words(nsd), ...targets] };
}

/** A record of a probe, or the verdict. */
interface Timed {
  readonly event: string;
  readonly probe?: string;
  readonly ms: number;
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** The time of a check, beside the sum of the probes on its longest chain in the same run. */
function chainRow(nsd: Nsd, target: string): readonly TimedContender[] {
  let chain = NaN;
  return [
    {
      name: "toucan-check, as its verdict says",
      async run() {
        const { success, stdout } = await output(executable, { args: [...words(nsd), target] });
        const records: Timed[] = new TextDecoder().decode(stdout).trimEnd().split("\n").map((line) => JSON.parse(line));
        const verdict = records.find(({ event }) => event === "verdict");
        if (!success || !verdict) throw new Error("the check failed");
        chain = longestChain(records);
        return verdict.ms;
      },
    },
    { name: "longest chain of probes", run: () => Promise.resolve(chain) },
  ];
}

/** Returns the sum of the times of the probes that wait for each other: the first connection, not its repetitions. */
function longestChain(records: readonly Timed[]): number {
  const timeOf = (name: string) => records.find(({ probe }) => probe === name)?.ms ?? 0;
  const connect = Number(records.find(({ probe }) => probe === "connect")?.facts?.connect ?? 0);
  const above = ["certificate", "tls-versions", "http", "http-no-host"].map(timeOf);
  return timeOf("lookup") + connect + timeOf("handshake") + Math.max(...above);
}

/** Returns programs run one after the other that show the same: names, port, versions and certificate of TLS, and the page. */
function byHand({ port: names }: Nsd, port: string): Contender {
  const dig = (type: string) => `dig @127.0.0.1 -p ${names} ${type} ${NAME}`;
  const tls = (version: string) =>
    `openssl s_client -connect 127.0.0.1:${port} -servername ${NAME} -CAfile ${folder}/ca.pem -status -${version} </dev/null`;
  const curl =
    `curl -sSi --noproxy "*" --cacert ${folder}/ca.pem --resolve ${NAME}:${port}:127.0.0.1 https://${NAME}:${port}/`;
  const refused = ["tls1_1", "tls1"].map((version) => `(${tls(version)} || true)`);
  const lines = [
    ...["A", "AAAA", "HTTPS", "CAA"].map(dig),
    ...[`nc -z 127.0.0.1 ${port}`, tls("tls1_3"), tls("tls1_2"), ...refused, curl],
  ];
  return {
    name: "dig, nc, openssl, curl by hand",
    command: ["sh", "-c", lines.join(" && ")],
    missing: BY_HAND.map(absent).find((missing) => missing !== undefined),
  };
}

/** Returns rows of the time of many targets, and of the megabytes that they take at most, which Python tells of its children. */
async function manyRows(nsd: Nsd, name: string, target: string): Promise<readonly Row[]> {
  const list = `${folder}/${name}`;
  await Deno.writeTextFile(list, `${target}\n`.repeat(TARGETS));
  const script = "import resource, subprocess, sys\n" +
    "subprocess.run(sys.argv[2:], stdin=open(sys.argv[1]), stdout=subprocess.DEVNULL, check=True)\n" +
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)";
  let megabytes = NaN;
  const missing = absent("python3");
  const run = async () => {
    const begin = performance.now();
    const args = ["-c", script, list, executable, ...words(nsd), "-"];
    const { success, stdout, stderr } = await output("python3", { args });
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    megabytes = Number(new TextDecoder().decode(stdout)) * 1024 / 1e6;
    return performance.now() - begin;
  };
  const remember = { name: "toucan-check -", missing, run: () => Promise.resolve(megabytes) };
  return [
    {
      work: `check ${TARGETS} targets over ${name}, 16 at once`,
      asked: "–",
      commands: [{ name: "toucan-check -", missing, run }],
    },
    { work: "memory of the last run of these", asked: "< 200 MB", counts: "MB at most", commands: [remember] },
  ];
}
