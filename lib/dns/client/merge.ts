import { NegativeError } from "../../core/mod.ts";
import type { LookupResult } from "./lookup_result.ts";

/**
 * Merges the results of several types of one name. If one type has records, a failure of another is noted but is not an
 * error; a failure takes precedence over a negative answer, which may hold for one type only.
 */
export function mergeResults(results: readonly LookupResult[]): LookupResult {
  const [first, ...others] = results;
  if (!first) throw new Error("there is at least one type");
  if (others.length === 0) return first;
  const found = results.filter(({ error }) => !error);
  const failed = results.filter(({ error }) => error && !(error instanceof NegativeError));
  const type = results.map((result) => result.type).join();
  // Both types come with the same aliases.
  const seen = new Set<string>();
  const answers = (found.length > 0 ? found : failed[0]?.answers ? failed.slice(0, 1) : [first])
    .flatMap((result) => result.answers).filter((record) => {
      const key = `${record.type} ${record.name} ${record.data}`;
      return !seen.has(key) && seen.add(key);
    });
  const replies = results.flatMap(({ replies = [] }) => replies);
  const common = { type, answers, ...(replies.length > 0 && { replies }) };
  const [some] = found;
  if (some) {
    const failures = failed.flatMap(({ type, error }) => error ? [{ type, error }] : []);
    return { ...some, ...common, ...(failures.length > 0 ? { failures } : {}) };
  }
  const chosen = failed[0] ?? first;
  const { error } = chosen;
  if (!(error instanceof NegativeError) || error.code !== "no-data") return { ...chosen, ...common };
  const message = error.message.replace(/ has no \w+ /, " has no address ");
  const { code, operation, peer } = error;
  return { ...chosen, ...common, error: new NegativeError(message, { code, operation, peer, cause: error }) };
}
