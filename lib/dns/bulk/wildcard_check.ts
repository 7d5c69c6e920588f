import type { Outcome } from "./outcome.ts";

/** Parents whose wildcards are remembered. */
const MAX_PARENTS = 10_000;

/** Finds out whether the answers for names are those of a wildcard: a random name below the same parent has them too. */
export class WildcardCheck {
  readonly #ask: (name: string, type: string) => Promise<Outcome>;
  readonly #parents = new Map<string, Promise<Outcome>>();

  /** `ask` asks about one name. */
  constructor(ask: (name: string, type: string) => Promise<Outcome>) {
    this.#ask = ask;
  }

  /** Returns whether a wildcard explains an answer; false without one. Each parent is asked about once per type. */
  async explains(name: string, type: string, outcome: Outcome): Promise<boolean> {
    const parent = parentOf(name);
    if (outcome.status !== "NOERROR" || parent === undefined) return false;
    const key = `${type} ${parent.toLowerCase()}`;
    let wildcard = this.#parents.get(key);
    if (!wildcard) {
      wildcard = this.#ask(`${randomLabel()}.${parent === "." ? "" : parent}`, type);
      wildcard.catch(() => {});
      this.#parents.set(key, wildcard);
      const [oldest] = this.#parents.keys();
      if (oldest !== undefined && this.#parents.size > MAX_PARENTS) this.#parents.delete(oldest);
    }
    const found = await wildcard;
    return found.status === "NOERROR" && dataOf(found) === dataOf(outcome);
  }
}

/** Returns the data of the records of an answer in a form that compares. */
function dataOf({ answers }: Outcome): string {
  return answers.map(({ type, data }) => `${type} ${data}`.toLowerCase()).sort().join("\n");
}

/** Returns the name without its first label, with a dot at its end; undefined for the root. */
function parentOf(name: string): string | undefined {
  const dot = /^(?:[^\\.]|\\\d{3}|\\.)+\./s.exec(name)?.[0].length;
  if (dot === undefined || name === ".") return undefined;
  const rest = name.slice(dot);
  return rest === "" ? "." : rest;
}

function randomLabel(): string {
  return crypto.getRandomValues(new Uint8Array(12)).toHex();
}
