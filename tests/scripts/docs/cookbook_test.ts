import { assertEquals, assertMatch } from "@std/assert";
import { type Chapter, COOKBOOK, type Recipe } from "../../../scripts/docs/cookbook.ts";
import type { Session, Step } from "../../../scripts/docs/transcripts/parse.ts";
import { canRunSessions, runSessions } from "../../../scripts/docs/transcripts/run.ts";
import { hasPeer, peerTest } from "../../kit/peer.ts";
import { TOUCAN } from "../../kit/tool.ts";

type Side = "theirs" | "ours";

/** A recipe on one side, the session that runs it, and the first of its steps there. */
interface Run {
  readonly chapter: Chapter;
  readonly recipe: Recipe;
  readonly side: Side;
  readonly session: Session;
  readonly from: number;
}

function step(command: string, more: Partial<Step> = {}): Step {
  return { command, output: [], server: false, awaits: "", at: [0, 0], ...more };
}

/** Returns the runs of a chapter on one side: one session for all clients, and one for each server. */
function runsOf(chapter: Chapter, side: Side): Run[] {
  const setup = (chapter.setup ?? []).map((command) => step(command));
  const servers = (chapter.servers ?? []).map((command) => step(command, { server: true }));
  const shared: { readonly title: string; readonly steps: Step[] } = {
    title: chapter.title,
    steps: [...setup, ...servers],
  };
  return chapter.recipes.filter((recipe) => side === "ours" || isInstalled(chapter, recipe)).map((recipe) => {
    const { [side]: command, serves, prints, then } = recipe;
    if (!serves) {
      const from = shared.steps.push(step(`${command}; echo "exit $?"${then ? `; ${then}` : ""}`)) - 1;
      return { chapter, recipe, side, session: shared, from };
    }
    const { probe, port: number, udp } = serves;
    // A server that prints what it receives has printed it before it is stopped; another one is tested by its client.
    const awaits = / (?:-l|listen|TCP-LISTEN:\d+,reuseaddr|-u -l)\b/.test(command) && !/>|broadcast/.test(command)
      ? prints.source.replaceAll("^", "").replaceAll("$", "")
      : "";
    const server = step(command, { server: true, port: { number, udp }, awaits });
    return {
      chapter,
      recipe,
      side,
      session: { title: recipe.task, steps: [...setup, server, step(probe)] },
      from: setup.length,
    };
  });
}

/** Returns the program that the other side of a recipe needs; nothing if Debian has no package of it. */
function peerOf({ peer, unpackaged }: Chapter, recipe: Recipe): string | undefined {
  return recipe.peer ?? (unpackaged ? undefined : peer);
}

/** Returns whether the other side of a recipe can be run. */
function isInstalled(chapter: Chapter, recipe: Recipe): boolean {
  const peer = peerOf(chapter, recipe);
  return peer !== undefined && hasPeer(peer);
}

const PEERS = [
  "unshare",
  "ip",
  "mount",
  "curl",
  ...(await canRunSessions() ? [] : ["(a root that may make namespaces)"]),
];
const runs = COOKBOOK.flatMap((chapter) => [...runsOf(chapter, "theirs"), ...runsOf(chapter, "ours")]);

let running: Promise<ReadonlyMap<Session, string[][]>> | undefined;

async function runAll(): Promise<ReadonlyMap<Session, string[][]>> {
  const sessions = [...new Set(runs.map(({ session }) => session))];
  const half = Math.ceil(sessions.length / 2);
  const parts = [sessions.slice(0, half), sessions.slice(half)];
  const outputs = await Promise.all(parts.map((part) => runSessions(part, "check", TOUCAN)));
  return new Map(parts.flatMap((part, i) => part.map((session, j) => [session, outputs[i]?.[j] ?? []] as const)));
}

for (const { chapter, recipe, side, session, from } of runs) {
  peerTest(`cookbook: ${chapter.title}: ${recipe.task}: ${recipe[side]}`, PEERS, async () => {
    const outputs = (await (running ??= runAll())).get(session) ?? [];
    const text = outputs.slice(from, recipe.serves ? undefined : from + 1).flat().join("\n");
    assertMatch(text, recipe.prints);
    if (recipe.serves) return;
    const [, code] = /exit (\d+)$/m.exec(text) ?? [];
    assertEquals(Number(code), recipe.exits?.[side === "theirs" ? 0 : 1] ?? 0, text);
  });
}

const NEEDED = COOKBOOK.flatMap((chapter) => chapter.recipes.flatMap((recipe) => peerOf(chapter, recipe) ?? []));

peerTest("cookbook: each line was run with the other program where that has a package", [...new Set(NEEDED)], () => {
  assertEquals(runs.filter(({ side }) => side === "theirs").length, NEEDED.length);
  return Promise.resolve();
});
