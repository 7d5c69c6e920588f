import { assert, assertEquals } from "@std/assert";
import { check } from "../../lib/check/mod.ts";
import { closeQuietly, writeAll } from "../../lib/core/mod.ts";
import { makeCertificate } from "./certificates.ts";
import { changed, write } from "./check_machine_setups.ts";
import type { MachineWork } from "./check_namespace.ts";
import { nameServerOn, namesOf } from "./check_names.ts";

/** Stages of a request, in order. */
const STAGES = ["name", "connect", "TLS", "first byte"] as const;
type Stage = typeof STAGES[number];

/** Milliseconds of each stage. */
type Times = Readonly<Record<Stage, number>>;

const NAME = "slow.example.test";
/** Milliseconds by which a stage is delayed; a lost SYN is repeated after a second (RFC 6298 §2.1). */
const [DELAY_MS, SYN_MS] = [150, 1000];
const CERTIFICATE = await makeCertificate({ names: [NAME] });
const FORMAT = "%{time_namelookup} %{time_connect} %{time_appconnect} %{time_pretransfer} %{time_starttransfer}";

// timer: the server is slow, which is what the test is about
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Serves HTTPS, with a delay in one stage; returns the port. */
async function serveSlowly(stack: AsyncDisposableStack, slow: Stage | undefined): Promise<number> {
  write({});
  const delays = (stage: Stage) => stage === slow ? pause(DELAY_MS) : undefined;
  nameServerOn(stack, "127.0.0.53", 53, async (...question) => {
    await delays("name");
    return namesOf({ [NAME]: ["127.0.0.1"] })(...question);
  });
  const { cert, key } = CERTIFICATE;
  const site = Deno.serve({ cert, key, hostname: "127.0.0.1", port: 0, onListen: () => {} }, async () => {
    await delays("first byte");
    return new Response("<!doctype html><title>Slow</title>", { headers: { "content-type": "text/html" } });
  });
  stack.defer(() => site.shutdown());
  const front = stack.use(Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const pass = async (client: Deno.Conn) => {
    const buffer = new Uint8Array(16_384);
    const count = await client.read(buffer) ?? 0;
    await delays("TLS");
    const server = await Deno.connect({ hostname: "127.0.0.1", port: site.addr.port });
    try {
      await writeAll(server, buffer.subarray(0, count));
      await Promise.all([client.readable.pipeTo(server.writable), server.readable.pipeTo(client.writable)]);
    } finally {
      closeQuietly(server);
    }
  };
  (async () => {
    for await (const client of front) void pass(client).catch(() => closeQuietly(client));
  })();
  if (slow === "connect") {
    // The first SYN of each connection is lost.
    await changed(
      stack,
      "nft 'add table ip t; add set ip t seen { type inet_service; flags dynamic, timeout; timeout 60s; size 65535; }; " +
        "add chain ip t in { type filter hook input priority 0; }; " +
        `add rule ip t in tcp dport ${front.addr.port} tcp flags == syn tcp sport != @seen add @seen { tcp sport } drop'`,
      "nft delete table ip t",
    );
  }
  return front.addr.port;
}

/** Stages of a request by curl. */
async function curlTimes(url: string, authority: string): Promise<Times> {
  const args = ["-s", "--noproxy", "*", "--cacert", authority, "-o", "/dev/null", "-w", FORMAT, url];
  const { stdout } = await new Deno.Command("curl", { args, stdin: "null" }).output();
  const times = new TextDecoder().decode(stdout).split(" ").map((seconds) => Number(seconds) * 1000);
  const [name = NaN, connect = NaN, tls = NaN, ready = NaN, answer = NaN] = times;
  return { name, connect: connect - name, TLS: tls - connect, "first byte": answer - ready };
}

/** The same by `check`, from its facts. */
async function checkTimes(url: string): Promise<Times> {
  const { probes, cause } = await check(url, { timeout: 10_000, tls: { caCerts: [CERTIFICATE.cert] } });
  assertEquals(cause, undefined);
  const facts: Readonly<Record<string, unknown>> = Object.assign({}, ...probes.map(({ facts }) => facts));
  const fact = (name: string) => Number(facts[name]);
  return {
    ...{ name: fact("lookup"), connect: fact("connect"), TLS: fact("tls") },
    "first byte": fact("http-wait"),
  };
}

/** The slowest stage, if one takes longer than the others together. */
function slowest(times: Times): Stage | undefined {
  const all = STAGES.reduce((sum, stage) => sum + times[stage], 0);
  return STAGES.find((stage) => times[stage] > all / 2);
}

/** Times before any was measured. */
const NONE: Times = { "name": Infinity, "connect": Infinity, "TLS": Infinity, "first byte": Infinity };

/** Returns the shorter time of each stage. */
function shorter(a: Times, b: Times): Times {
  const least = (stage: Stage) => Math.min(a[stage], b[stage]);
  return { "name": least("name"), "connect": least("connect"), "TLS": least("TLS"), "first byte": least("first byte") };
}

/** A request with each stage delayed: curl and `check` find the same. */
export const CURL_TIMES: readonly MachineWork[] = STAGES.map((stage) => ({
  name: `check ↔ curl -w: where the ${stage} is slow, both find it`,
  peers: ["curl", "nft"],
  async run() {
    await using stack = new AsyncDisposableStack();
    const port = await serveSlowly(stack, stage);
    const authority = await Deno.makeTempFile();
    stack.defer(() => Deno.remove(authority));
    await Deno.writeTextFile(authority, CERTIFICATE.cert);
    const url = `https://${NAME}:${port}/`;
    let [curl, ours] = [NONE, NONE];
    // On a busy machine any stage may take long once; its shortest time is its own.
    for (let rounds = 10; rounds > 0 && (slowest(curl) !== stage || slowest(ours) !== stage); rounds--) {
      [curl, ours] = [shorter(curl, await curlTimes(url, authority)), shorter(ours, await checkTimes(url))];
    }
    const told = JSON.stringify({ curl, ours });
    assertEquals([slowest(curl), slowest(ours)], [stage, stage], told);
    const least = 0.95 * (stage === "connect" ? SYN_MS : DELAY_MS);
    assert(curl[stage] >= least && ours[stage] >= least, told);
    if (Deno.env.get("TOUCAN_SHOW_TIMES") === "1") console.error(told);
  },
}));
