import { UsageError } from "../../../core/errors/errors.ts";
import { formatName, parseName } from "../name.ts";
import { TSIG_ALGORITHMS, type TsigAlgorithm, type TsigKey } from "./chain.ts";

/** A clause of BIND's and NSD's files: `key "NAME" { algorithm …; secret "…"; };`. */
const CLAUSE = /\bkey\s+"?([^\s"{};]+)"?\s*\{([^{}]*)\}\s*;?/g;
const FIELD = /\b(algorithm|secret)\s+"?([^\s";]+)"?\s*;/g;

/**
 * Reads the keys of a file: clauses `key "NAME" { algorithm hmac-sha256; secret "BASE64"; };`, or lines
 * `[ALGORITHM:]NAME:BASE64`; `hmac-sha256` where no algorithm is given. Comments are those of BIND.
 *
 * @throws {UsageError} `invalid-tsig-key`.
 */
export function parseTsigKeys(text: string): TsigKey[] {
  // A slash may be a digit of a secret: a comment begins behind a blank.
  const plain = text.replace(/\/\*[^]*?\*\//g, " ").replace(/(^|\s)(?:#|\/\/).*$/gm, "$1");
  const keys: TsigKey[] = [];
  const rest = plain.replace(CLAUSE, (clause, name: string, body: string) => {
    const fields = new Map([...body.matchAll(FIELD)].map(([, field = "", value = ""]) => [field, value]));
    const secret = fields.get("secret");
    if (secret === undefined) throw invalid(`key "${name}" has no secret`);
    keys.push(keyOf(name, fields.get("algorithm"), secret));
    return clause.replace(/[^\n]/g, " ");
  });
  for (const [index, line] of rest.split("\n").entries()) {
    const words = line.trim().split(":");
    if (line.trim() === "") continue;
    const [secret = "", name, algorithm, ...more] = words.reverse();
    if (name === undefined || more.length > 0) {
      throw invalid(
        `line ${index + 1}: [ALGORITHM:]NAME:SECRET or key "NAME" { algorithm …; secret "…"; }; is required`,
      );
    }
    keys.push(keyOf(name, algorithm, secret));
  }
  if (keys.length === 0) throw invalid("the file has no key");
  return keys;
}

function keyOf(name: string, algorithm = "hmac-sha256", secret: string): TsigKey {
  return {
    name: formatName(parseName(name).labels),
    algorithm: algorithmOf(name, algorithm),
    secret: secretOf(name, secret),
  };
}

function algorithmOf(name: string, text: string): TsigAlgorithm {
  const wanted = `${text.toLowerCase().replace(/\.$/, "")}.`;
  const known = Object.keys(TSIG_ALGORITHMS).filter(isAlgorithm);
  const found = known.find((algorithm) => algorithm === wanted);
  if (found) return found;
  const names = known.map((algorithm) => algorithm.slice(0, -1));
  throw invalid(`key "${name}" has the algorithm "${text}": supported are ${names.join(", ")}`);
}

function isAlgorithm(text: string): text is TsigAlgorithm {
  return Object.hasOwn(TSIG_ALGORITHMS, text);
}

function secretOf(name: string, text: string): Uint8Array {
  try {
    const secret = Uint8Array.fromBase64(text);
    if (secret.length > 0) return secret;
  } catch {
    // The message must not tell the secret.
  }
  throw invalid(`the secret of key "${name}" is not in base64`);
}

function invalid(why: string): UsageError {
  return new UsageError(`invalid TSIG key: ${why}`, { code: "invalid-tsig-key" });
}
