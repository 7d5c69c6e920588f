import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Chapter, COOKBOOK, type Recipe } from "../../../scripts/docs/cookbook.ts";
import type { Session, Step } from "../../../scripts/docs/transcripts/parse.ts";
import { canRunSessions, runSessions } from "../../../scripts/docs/transcripts/run.ts";
import { hasPeer } from "../../kit/peer.ts";

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

/** Returns whether the programs of a recipe's other side are installed; curl alone is not the program of an unpackaged one. */
function isInstalled({ peer, unpackaged }: Chapter, recipe: Recipe): boolean {
  return recipe.peer === undefined ? unpackaged !== true && hasPeer(peer) : hasPeer(recipe.peer);
}

const able = Deno.build.os === "linux" && await canRunSessions();
const needed = Deno.env.get("TOUCAN_REQUIRE_PEERS") === "1";
const runs = COOKBOOK.flatMap((chapter) => [...runsOf(chapter, "theirs"), ...runsOf(chapter, "ours")]);

let running: Promise<ReadonlyMap<Session, string[][]>> | undefined;

async function runAll(): Promise<ReadonlyMap<Session, string[][]>> {
  const sessions = [...new Set(runs.map(({ session }) => session))];
  const half = Math.ceil(sessions.length / 2);
  const parts = [sessions.slice(0, half), sessions.slice(half)];
  const outputs = await Promise.all(parts.map((part) => runSessions(part, "check")));
  return new Map(parts.flatMap((part, i) => part.map((session, j) => [session, outputs[i]?.[j] ?? []] as const)));
}

for (const { chapter, recipe, side, session, from } of runs) {
  Deno.test({
    name: `cookbook: ${chapter.title}: ${recipe.task}: ${recipe[side]}`,
    ignore: !able && !needed,
    fn: async () => {
      const outputs = (await (running ??= runAll())).get(session) ?? [];
      const text = outputs.slice(from, recipe.serves ? undefined : from + 1).flat().join("\n");
      assertMatch(text, recipe.prints);
      if (recipe.serves) return;
      const [, code] = /exit (\d+)$/m.exec(text) ?? [];
      assertEquals(Number(code), recipe.exits?.[side === "theirs" ? 0 : 1] ?? 0, text);
    },
  });
}

Deno.test("cookbook: every peer that Debian has is installed where peers are required", () => {
  const missing = COOKBOOK.flatMap((chapter) =>
    chapter.recipes.filter((recipe) =>
      !(chapter.unpackaged && recipe.peer === undefined) && !isInstalled(chapter, recipe)
    )
      .map((recipe) => recipe.peer ?? chapter.peer)
  );
  if (needed) assertEquals([...new Set(missing)], []);
  assert(runs.filter(({ side }) => side === "ours").length >= 40, "the cookbook has at least 40 lines");
});
