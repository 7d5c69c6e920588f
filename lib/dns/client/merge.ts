import { NegativeError } from "../../core/mod.ts";
import type { Finding } from "./finding.ts";

/**
 * Merges what was found about several types of one name. With records of one type, a failure of the other is noted and is no error;
 * a failure beats a "no", which may hold for one type only.
 */
export function mergeFindings(findings: readonly Finding[]): Finding {
  const [first, ...others] = findings;
  if (!first) throw new Error("there is at least one type");
  if (others.length === 0) return first;
  const found = findings.filter(({ error }) => !error);
  const failed = findings.filter(({ error }) => error && !(error instanceof NegativeError));
  const type = findings.map((finding) => finding.type).join();
  // Both types come with the same aliases.
  const seen = new Set<string>();
  const answers = (found.length > 0 ? found : failed[0]?.answers ? failed.slice(0, 1) : [first])
    .flatMap((finding) => finding.answers).filter((record) => {
      const key = `${record.type} ${record.name} ${record.data}`;
      return !seen.has(key) && seen.add(key);
    });
  const [some] = found;
  if (some) {
    const failures = failed.flatMap(({ type, error }) => error ? [{ type, error }] : []);
    return { ...some, type, answers, ...(failures.length > 0 ? { failures } : {}) };
  }
  const chosen = failed[0] ?? first;
  const { error } = chosen;
  if (!(error instanceof NegativeError) || error.code !== "no-data") return { ...chosen, type, answers };
  const message = error.message.replace(/ has no \w+ /, " has no address ");
  const { code, operation, peer } = error;
  return { ...chosen, type, answers, error: new NegativeError(message, { code, operation, peer, cause: error }) };
}
