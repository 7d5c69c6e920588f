import { NetworkError, TimeoutError } from "../../core/mod.ts";
import { labelCount, nameKey, parentName } from "../codec/canonical.ts";
import type { ResourceRecord } from "../codec/record.ts";
import type { StepAnswer } from "./classify_step.ts";
import { addressesOf, type AskedServer, type ServerAddress, type ServerQueries } from "./server_queries.ts";
import type { NamedServer } from "./root_hints.ts";
import { lastLabels, nextLabels } from "./shorten.ts";
import type { Delegation, TraceOutcome, TraceStep } from "./steps.ts";
import { zoneNotes } from "./zone_notes.ts";

/** End of the way down to a name. */
export interface WalkEnd {
  /** Outcome at the last zone. */
  readonly outcome: TraceOutcome;
  /** Zone that the last servers were asked for. */
  readonly zone: string;
  /** Records, with the aliases before them. */
  readonly answers: readonly ResourceRecord[];
}

/** Limits of a walk: what a zone may make of one name is bounded (NXNSAttack, loops of delegations and aliases). */
const MAX_STEPS = 40;
const MAX_ALIASES = 8;
const MAX_DEPTH = 3;
/** Addresses of a zone that are queried. */
const MAX_ADDRESSES = 16;
/** Servers of a zone without an address whose address is looked up. */
const MAX_LOOKUPS = 4;

/** A zone, and its servers as far as they are known. */
interface Place {
  readonly zone: string;
  servers: readonly NamedServer[];
  /** Servers that responded usefully, once they were asked. */
  useful?: readonly ServerAddress[];
}

/** Walks down the delegations from the root. */
export class Walk {
  readonly #queries: ServerQueries;
  readonly #onStep: (step: TraceStep) => void;
  readonly #places = new Map<string, Place>();
  /** Addresses of servers that were looked up. */
  readonly #addresses = new Map<string, readonly string[]>();

  /** Begins at the root servers; `onStep` receives each step when it is done. */
  constructor(root: readonly NamedServer[], queries: ServerQueries, onStep: (step: TraceStep) => void) {
    this.#queries = queries;
    this.#onStep = onStep;
    this.#places.set(".", { zone: ".", servers: root });
  }

  /**
   * Finds the records of a name, through aliases.
   *
   * @throws {NetworkError} `alias-loop`, `too-many-queries`.
   */
  async find(name: string, type: string, within: readonly string[] = []): Promise<WalkEnd> {
    const answers: ResourceRecord[] = [];
    const seen = new Set<string>();
    for (let target: string | undefined = nameKey(name); target !== undefined;) {
      if (seen.has(target) || seen.size > MAX_ALIASES) {
        throw new NetworkError(`the aliases of ${name} form a loop, or are more than ${MAX_ALIASES}`, {
          code: "alias-loop",
          operation: "resolve",
        });
      }
      seen.add(target);
      const { end, answer } = await this.#descend(target, type, within);
      answers.push(...answer?.answers ?? []);
      if (answer?.outcome !== "alias" || answer.target === undefined) return { ...end, answers };
      target = answer.target;
    }
    throw new Error("an alias has a target");
  }

  /** Asks from the nearest known zone down to the one that has the name. */
  async #descend(
    name: string,
    type: string,
    within: readonly string[],
  ): Promise<{ end: WalkEnd; answer?: StepAnswer }> {
    const total = labelCount(name);
    let place = this.#nearest(name, type);
    let known = labelCount(place.zone);
    let [shorten, shortened] = [true, 0];
    for (let step = 0; step < MAX_STEPS; step++) {
      const labels = shorten ? nextLabels(total, known, shortened++) : total;
      const whole = labels >= total;
      const asked = whole ? { name, type } : { name: lastLabels(name, labels), type: "A" };
      const { answer, outcome } = await this.#ask(place, asked, within);
      if (answer?.referral) {
        place = this.#delegate(answer.referral);
        known = labelCount(place.zone);
      } else if (whole) return { end: { outcome, zone: place.zone, answers: [] }, answer };
      // Some servers fail for a shortened name, or deny one that exists only because of the names below it.
      else if (!answer || answer.outcome === "name-not-found" || leadsAway(answer)) shorten = false;
      else known = labels;
    }
    throw new NetworkError(`the delegations of ${name} do not end after ${MAX_STEPS} steps`, {
      code: "too-many-referrals",
      operation: "resolve",
    });
  }

  /** Returns the lowest known zone that a name is in; a DS record is with the zone above. */
  #nearest(name: string, type: string): Place {
    for (let zone = type === "DS" ? parentName(name) : name;; zone = parentName(zone)) {
      const place = this.#places.get(nameKey(zone));
      if (place) return place;
    }
  }

  #delegate({ zone, servers }: Delegation): Place {
    const known = this.#places.get(zone);
    if (known) return known;
    const place = { zone, servers };
    this.#places.set(zone, place);
    return place;
  }

  /** Asks the servers of a zone: all of them the first time, later those that were of use. */
  async #ask(
    place: Place,
    asked: { readonly name: string; readonly type: string },
    within: readonly string[],
  ): Promise<{ answer?: StepAnswer; outcome: TraceOutcome }> {
    const question = { ...asked, zone: place.zone };
    const first = place.useful === undefined;
    const done: AskedServer[] = [];
    const useful = () => done.find(({ found }) => found);
    // Of the root one server is enough, and on the way to the address of a server: those zones are not in question.
    const one = !first || place.zone === "." || within.length > 0;
    const ask = async (all: readonly ServerAddress[]) => {
      if (!one) return void done.push(...await Promise.all(all.map((address) => this.#queries.ask(address, question))));
      for (const address of all) {
        done.push(await this.#queries.ask(address, question));
        if (useful()) return;
      }
    };
    await ask(inOrder(place.useful ?? [], addressesOf(place.servers)));
    for (const { name } of this.#withoutAddress(place, within)) {
      if (one && useful()) break;
      await ask((await this.#lookUp(name, within)).map((address) => ({ server: name, address })));
    }
    place.useful = done.filter(({ found }) => found).map(({ place }) => place);
    if (place.useful.length === 0) place.useful = undefined;
    const answer = useful()?.found;
    const outcome = answer?.outcome ?? done[0]?.query.outcome ?? "unreachable";
    const notes = first && within.length === 0 && answer ? await zoneNotes(place, done, this.#queries) : [];
    if (done.length === 0) notes.push(`no address is known of the servers of ${place.zone}`);
    const { referral, answers = [] } = answer ?? {};
    const queries = done.map(({ query }) => query);
    this.#onStep({ ...question, within, queries, outcome, referral, answers, notes });
    return { answer, outcome };
  }

  /** Returns some servers of a zone that came without an address; one that is looked up already would be a loop. */
  #withoutAddress({ servers }: Place, within: readonly string[]): readonly NamedServer[] {
    if (within.length >= MAX_DEPTH) return [];
    return servers.filter(({ name, addresses }) => addresses.length === 0 && !within.includes(name)).slice(
      0,
      MAX_LOOKUPS,
    );
  }

  async #lookUp(server: string, within: readonly string[]): Promise<readonly string[]> {
    const known = this.#addresses.get(server);
    if (known) return known;
    const addresses: string[] = [];
    for (const type of ["A", "AAAA"]) {
      try {
        const { answers } = await this.find(server, type, [...within, server]);
        addresses.push(...answers.filter((record) => record.type === type).map(({ data }) => data));
      } catch (error) {
        if (!(error instanceof NetworkError || error instanceof TimeoutError) || error.code === "too-many-queries") {
          throw error;
        }
      }
      if (addresses.length > 0) break;
    }
    this.#addresses.set(server, addresses);
    return addresses;
  }
}

/** Returns whether an alias replaces all names below: a DNAME record. */
function leadsAway(answer: StepAnswer | undefined): boolean {
  return answer?.outcome === "alias" && answer.answers.some(({ type }) => type === "DNAME");
}

/** Returns addresses, those that were of use first, at most as many as are queried. */
function inOrder(useful: readonly ServerAddress[], all: readonly ServerAddress[]): readonly ServerAddress[] {
  const others = all.filter(({ address }) => !useful.some((one) => one.address === address));
  return [...useful, ...others].slice(0, MAX_ADDRESSES);
}
