/**
 * Measures the stages of a request by `toucan check` and by `curl -w`, in turn; prints a {@link TimedRun} in JSON for each
 * run. It is run in namespaces of its own, as root, with the name server in `/etc/resolv.conf` and in the folder the
 * certificates:
 *
 * `deno run -A scripts/bench/curl_times.ts FOLDER ROUNDS PROGRAM [ARGUMENT…]`
 * @module
 */
import { startNginx } from "../../tests/kit/nginx.ts";
import { startNsd } from "../../tests/kit/nsd.ts";
import { KEYS, NAME, SERVERS, STAGES, type TimedRun, type Times } from "./curl_stages.ts";

const ZONE = ["$TTL 300", "@ SOA ns root 1 3600 600 86400 60", "@ NS ns", "ns A 127.0.0.1", "www A 127.0.0.1", ""];
const FORMAT = "%{time_namelookup} %{time_connect} %{time_appconnect} %{time_pretransfer} %{time_starttransfer}\\n";

const [folder = ".", rounds = "20", ...program] = Deno.args;
const authority = `${folder}/ca.pem`;

async function output(words: readonly string[]): Promise<string> {
  const [command = "", ...args] = words;
  const { code, stdout, stderr } = await new Deno.Command(command, { args, stdin: "null" }).output();
  const text = new TextDecoder();
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${text.decode(stderr)}${text.decode(stdout)}`);
  return text.decode(stdout);
}

/** Times of two connections by one curl, which does not resume the session of the first. */
async function curlTimes(url: string): Promise<Pick<TimedRun, "curl" | "again">> {
  const twice = ["-H", "Connection: close", "--no-sessionid", "-o", "/dev/null", "-o", "/dev/null", url, url];
  const words = ["curl", "-s", "--noproxy", "*", "--cacert", authority, "-w", FORMAT, ...twice];
  const [curl, again] = (await output(words)).trimEnd().split("\n").map(timesOf);
  if (!curl || !again) throw new Error("curl has not printed its times");
  return { curl, again };
}

function timesOf(line: string): Times {
  const times = line.split(" ").map((seconds) => Number(seconds) * 1000);
  const [name = NaN, connect = NaN, tls = NaN, ready = NaN, answer = NaN] = times;
  return { "name": name, "connect": connect - name, "TLS": tls - connect, "first byte": answer - ready };
}

/** Facts of a probe, which the records of `--json` contain. */
const FACTS: Readonly<Record<keyof Times, string>> = {
  "name": "lookup",
  "connect": "connect",
  "TLS": "tls",
  "first byte": "http-wait",
};

async function checkTimes(url: string, server: readonly string[]): Promise<Times> {
  const lines = (await output([...program, "--json", "--cacert", authority, ...server, url])).trimEnd().split("\n");
  const facts: Readonly<Record<string, unknown>> = Object.assign({}, ...lines.map((line) => JSON.parse(line).facts));
  const times = STAGES.map((stage) => [stage, Number(facts[FACTS[stage]])] as const);
  return Object.fromEntries(times) as Record<keyof Times, number>;
}

await using _nsd = await startNsd({ "bench.test": ZONE.join("\n") }, { port: 53 });
for (const key of KEYS) {
  const at = `${folder}/${key}`;
  await Deno.mkdir(`${at}/root`, { recursive: true });
  await Deno.writeTextFile(`${at}/root/index.html`, "<!doctype html><title>A page</title>");
  const read = (name: string) => Deno.readTextFile(`${folder}/${key}-${name}.pem`);
  await using nginx = await startNginx(at, { tls: { cert: await read("cert"), key: await read("key") } });
  const url = `https://${NAME}:${new URL(nginx.url).port}/`;
  for (const server of SERVERS) {
    const words = server === "--server" ? ["--server", "127.0.0.1"] : [];
    for (let round = -1; round < Number(rounds); round++) {
      const run: TimedRun = { key, server, ours: await checkTimes(url, words), ...await curlTimes(url) };
      // The first run is a warm-up.
      if (round >= 0) console.log(JSON.stringify(run));
    }
  }
}
