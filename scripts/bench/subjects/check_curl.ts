import { canMakeMachines } from "../../../tests/kit/machine.ts";
import { executablePath } from "../../build/compile_tool.ts";
import { ROOT } from "../../root.ts";
import { differs, KEYS, NAME, SERVERS, STAGES, type TimedRun } from "../curl_stages.ts";
import { absent, output } from "../processes.ts";
import type { Row, Subject, TimedContender } from "../subject.ts";

const ROUNDS = 20;
const executable = ROOT + executablePath("check");
const bundle = `${ROOT}dist/check.js`;
const folder = await Deno.makeTempDir();
/** Programs that are measured: the executable, and the bundle on the runtime that runs this. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  "toucan-check": [executable],
  "deno run dist/check.js": [Deno.execPath(), "run", "--no-prompt", "-A", bundle],
};

/** A network of its own with an address beyond loopback, and files of a resolver. */
const MACHINE = `
ip link set lo up
ip link add net0 type veth peer name far0
ip addr add 192.0.2.1/24 dev net0
ip link set far0 up; ip link set net0 up
for file in hosts resolv.conf nsswitch.conf; do mount --bind "$1/$file" "/etc/$file"; done
shift
exec "$@"
`;

/** An authority with a key of each kind, and certificates of it. */
const CERTIFICATES = `
set -e
cd "$1"
for kind in "EC ec:P256" "RSA rsa:2048"; do
  set -- $kind
  case $1 in EC) new="-newkey ec -pkeyopt ec_paramgen_curve:P-256";; *) new="-newkey $2";; esac
  openssl req -x509 $new -nodes -keyout $1-ca.key -out $1-ca.pem -subj "/CN=$1 authority" -days 30
  openssl req $new -nodes -keyout $1-key.pem -out $1.csr -subj "/CN=${NAME}"
  echo "subjectAltName=DNS:${NAME}" > $1.ext
  openssl x509 -req -in $1.csr -CA $1-ca.pem -CAkey $1-ca.key -CAcreateserial -extfile $1.ext -days 30 -out $1-cert.pem
done
cat *-ca.pem > ca.pem
`;

type Peer = "curl" | "again";
const NAMES: Readonly<Record<Peer, string>> = { curl: "curl -w", again: "its second connection" };

/** Returns what a stage is compared with: the second connection of a curl needs no lookup. */
function peersOf(stage: typeof STAGES[number]): readonly Peer[] {
  return stage === "name" ? ["curl"] : ["curl", "again"];
}

const runs = new Map<string, readonly TimedRun[]>();

/** Measures whether the stages that a check shows take as long as those of `curl -w`. */
export const subject: Subject = {
  name: "check_curl",
  async rows(): Promise<readonly Row[]> {
    const missing = ["nginx", "nsd", "curl", "openssl", "ip"].map(absent).find((reason) => reason !== undefined) ??
      (await canMakeMachines() ? undefined : "no namespaces here");
    const rows = Object.entries(PROGRAMS).map(([name, program]) => rowsOf(name, program, missing));
    return rows.flat();
  },
  report() {
    for (const [name, all] of runs) {
      for (const { key, server, stage, of } of cases(all)) {
        if (of.length === 0) continue;
        const outside = peersOf(stage).map((peer) => {
          const count = of.filter((run) => differs(run.ours[stage], run[peer][stage])).length;
          return `${count} of ${of.length} runs differ from ${NAMES[peer]}`;
        });
        console.log(`${name}, ${key}, ${server}, ${stage}: ${outside.join(", ")}`);
      }
    }
    return Promise.resolve();
  },
  async [Symbol.asyncDispose]() {
    await Deno.remove(folder, { recursive: true });
  },
};

/** Returns rows that show the times of all runs, which are done when the first of the rows is measured. */
function rowsOf(name: string, program: readonly string[], missing = absent(program.at(-1) ?? "")): readonly Row[] {
  let measured: Promise<readonly TimedRun[]> | undefined;
  return cases([]).map(({ key, server, stage }) => {
    const timed = (who: "ours" | Peer): TimedContender => {
      let round = 0;
      return {
        name: who === "ours" ? name : NAMES[who],
        missing,
        async run() {
          const all = await (measured ??= measureAll(name, program));
          const of = all.filter((run) => run.key === key && run.server === server);
          // The warm-up is not among them.
          return of[Math.max(0, round++ - 1)]?.[who][stage] ?? NaN;
        },
      };
    };
    return {
      work: `${stage}, ${key}, ${server === "system" ? "resolver of the system" : server}`,
      asked: "within 20 % or 2 ms",
      rounds: ROUNDS,
      commands: [timed("ours"), ...peersOf(stage).map(timed)],
    };
  });
}

/** Returns every stage of every set-up, with its runs. */
function cases(runs: readonly TimedRun[]) {
  return KEYS.flatMap((key) =>
    SERVERS.flatMap((server) => {
      const of = runs.filter((run) => run.key === key && run.server === server);
      return STAGES.map((stage) => ({ key, server, stage, of }));
    })
  );
}

async function measureAll(name: string, program: readonly string[]): Promise<readonly TimedRun[]> {
  await Deno.writeTextFile(`${folder}/resolv.conf`, "nameserver 127.0.0.1\n");
  await Deno.writeTextFile(`${folder}/hosts`, "127.0.0.1 localhost\n");
  await Deno.writeTextFile(`${folder}/nsswitch.conf`, "hosts: files dns\n");
  await lines("sh", ["-c", CERTIFICATES, "sh", folder]);
  const script = `${ROOT}scripts/bench/curl_times.ts`;
  const inside = [Deno.execPath(), "run", "--quiet", "-A", "--unstable-net", script, folder, `${ROUNDS}`, ...program];
  // All servers end with the namespace of their processes.
  const spaces = ["--mount", "--net", "--pid", "--fork", "--kill-child"];
  const printed = await lines("unshare", [...spaces, "sh", "-c", MACHINE, "sh", folder, ...inside]);
  const all: readonly TimedRun[] = printed.map((line) => JSON.parse(line));
  runs.set(name, all);
  return all;
}

async function lines(program: string, args: string[]): Promise<string[]> {
  const { success, stdout, stderr } = await output(program, { args });
  const text = new TextDecoder();
  if (!success) throw new Error(`${program}: ${text.decode(stderr)}`);
  return text.decode(stdout).split("\n").filter((line) => line !== "");
}
