import { reason, spawn } from "./processes.ts";
import type { Contender, Result, Row, Timing } from "./subject.ts";

const FEWEST = 5;

/**
 * Measures a row: one run of each to warm up, then all in turn, so that other load on the machine affects all of them
 * equally. A contender that fails is omitted from then on, with the reason. If Toucan fails, no peer is measured.
 */
export async function measure(row: Row): Promise<Result> {
  // Without a result of Toucan there is nothing to compare the peers with.
  const possible = row.commands[0]?.missing === undefined ? row.commands : [];
  const present = possible.filter((contender) => contender.missing === undefined);
  const times = new Map(present.map((contender) => [contender, [] as number[]]));
  const failures = new Map<Contender, string>();
  const attempt = async (contender: Contender): Promise<number | undefined> => {
    try {
      return await once(contender);
    } catch (error) {
      failures.set(contender, reason(error));
    }
  };
  for (let round = -1; round < Math.max(FEWEST, row.rounds ?? FEWEST); round++) {
    for (const contender of present) {
      if (failures.has(contender)) continue;
      const took = await attempt(contender);
      // The first run is a warm-up.
      if (round >= 0 && took !== undefined) times.get(contender)?.push(took);
    }
  }
  const timings = row.commands.map((contender): Timing => {
    const failure = failures.get(contender);
    const missing = failure === undefined ? contender.missing : `failed: ${failure}`;
    const found = missing === undefined ? times.get(contender) ?? [] : [];
    return { name: contender.name, times: found, missing, failed: failure !== undefined };
  });
  return { work: row.work, asked: row.asked, counts: row.counts, timings };
}

async function once(contender: Contender): Promise<number> {
  if ("run" in contender) return await contender.run();
  const [program = "", ...args] = contender.command;
  const start = performance.now();
  const process = spawn(program, {
    args,
    stdin: contender.stdin === undefined ? "null" : "piped",
    stdout: "null",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  });
  const said = new Response(process.stderr).text();
  const fed = contender.stdin === undefined ? undefined : feed(contender.stdin, process.stdin);
  const { success, code } = await process.status;
  const took = performance.now() - start;
  await fed;
  if (!success) throw new Error(`${contender.name} ended with ${code}: ${await said}`);
  await said;
  return took;
}

async function feed(path: string, into: WritableStream<Uint8Array>): Promise<void> {
  const file = await Deno.open(path);
  // A contender may close its stdin early; its exit code tells whether that was correct.
  await file.readable.pipeTo(into).catch(() => {});
}

/** Returns the median. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = NaN, high = NaN] = [sorted[middle - 1 + sorted.length % 2], sorted[middle]];
  return (low + high) / 2;
}

/** Returns the rows of a Markdown table: one for each peer, or one for Toucan if there is no peer. */
export function tableRows({ work, asked, counts, timings }: Result): string[] {
  const show = (timing: Timing) => shown(timing, counts);
  const [ours, ...peers] = timings;
  if (!ours || ours.times.length === 0) return [cells(work, `not run: ${ours?.missing}`, "–", "–", "–", asked)];
  const own = show(ours);
  if (peers.length === 0) return [cells(work, `${ours.name}: ${own}`, "–", "–", "–", asked)];
  return peers.map((peer) => {
    const mine = `${ours.name}: ${own}`;
    if (peer.missing !== undefined) return cells(work, mine, `${peer.name}: ${peer.missing}`, "–", "–", asked);
    const ratios = ours.times.map((time, i) => time / (peer.times[i] ?? NaN));
    const spread = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
    const ratio = `**${(median(ours.times) / median(peer.times)).toFixed(2)}x**${counts ? ` of ${counts}` : ""}`;
    return cells(work, mine, `${peer.name}: ${show(peer)}`, ratio, spread, asked);
  });
}

/** Header of the table that {@link tableRows} fills. */
export const TABLE_HEAD: readonly string[] = [
  cells("work", "ours (median)", "peer (median)", "ours / peer (time, unless named)", "lowest–highest", "asked"),
  "|---|---|---|---|---|---|",
];

function cells(...texts: string[]): string {
  return `| ${texts.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
}

function shown({ times }: Timing, counts?: string): string {
  if (counts) return `${Math.round(median(times))} ${counts}`;
  const ms = median(times);
  return ms < 1000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(2)} s`;
}
