import { isSubdomain, nameKey } from "../codec/canonical.ts";
import type { StepAnswer } from "./classify_step.ts";
import type { AskedServer, ServerQueries } from "./server_queries.ts";
import type { NamedServer } from "./root_hints.ts";

/**
 * Returns what a person should know about a zone: servers that respond differently, missing addresses, and name servers that
 * only the zone itself or only the zone above names. Takes one more query.
 */
export async function zoneNotes(
  { zone, servers }: { readonly zone: string; readonly servers: readonly NamedServer[] },
  asked: readonly AskedServer[],
  queries: ServerQueries,
): Promise<string[]> {
  if (zone === ".") return [];
  const notes: string[] = [];
  const groups = Map.groupBy(asked.filter(({ found }) => found), ({ found }) => found && meaningOf(found));
  if (groups.size > 1) {
    const parts = [...groups].map(([meaning, members]) =>
      `${members.map(({ place }) => `${place.server} (${place.address})`).join(", ")}: ${meaning}`
    );
    notes.push(`servers of ${zone} respond differently: ${parts.join("; ")}`);
  }
  for (const { name, addresses } of servers) {
    if (addresses.length === 0 && isSubdomain(name, zone)) {
      notes.push(`${name} is in ${zone} itself, and the zone above has no address of it`);
    }
  }
  const [first] = asked.filter(({ found }) => found);
  const own = first && (await queries.ask(first.place, { zone, name: zone, type: "NS" })).found?.answers;
  const child = new Set(
    (own ?? []).filter(({ type }) => type === "NS").map(({ fields }) => nameKey(String(fields.target))),
  );
  if (child.size === 0) return notes;
  const parent = new Set(servers.map(({ name }) => name));
  const [onlyParent, onlyChild] = [parent.difference(child), child.difference(parent)];
  if (onlyParent.size > 0) notes.push(`only the zone above names ${[...onlyParent].join(", ")} as server of ${zone}`);
  if (onlyChild.size > 0) notes.push(`only ${zone} itself names ${[...onlyChild].join(", ")} as its server`);
  return notes;
}

/** Returns in words what a response means: equal words for equal responses. */
function meaningOf({ outcome, answers, referral }: StepAnswer): string {
  if (referral) return `referral to ${referral.zone} at ${referral.servers.map(({ name }) => name).sort().join(", ")}`;
  const data = answers.filter(({ type }) => type !== "RRSIG").map(({ type, data }) => `${type} ${data}`);
  return [outcome, ...data.sort()].join(" ");
}
