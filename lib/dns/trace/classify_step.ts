import { explainErrors, extendedErrors } from "../codec/extended_errors.ts";
import type { DnsMessage } from "../codec/message.ts";
import type { ResourceRecord } from "../codec/record.ts";
import { isSubdomain, nameKey } from "../codec/canonical.ts";
import { RCODE, rcodeName } from "../client/status.ts";
import { namedServers } from "./root_hints.ts";
import type { Delegation, TraceOutcome } from "./steps.ts";

/** Question to the servers of a zone. */
export interface ZoneQuestion {
  /** Zone that the server is asked as an authority of. */
  readonly zone: string;
  /** Name, absolute. */
  readonly name: string;
  /** Type. */
  readonly type: string;
}

/** Meaning of a response for the way down. */
export interface StepAnswer {
  readonly outcome: TraceOutcome;
  /** Reason why the response is of no use. */
  readonly problem?: string;
  readonly referral?: Delegation;
  /** The alias and the records behind it as far as they are in the zone, or the records asked for. */
  readonly answers: readonly ResourceRecord[];
  /** Last name of the aliases. */
  readonly target?: string;
}

/** Maximum number of aliases that are followed in one response. */
const MAX_ALIASES = 16;

/** Says what the response of a server of a zone means. */
export function classifyStep(message: DnsMessage, question: ZoneQuestion): StepAnswer {
  const { rcode, authoritative, authorities } = message;
  if (rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN) return lame(withReason(message));
  const { answers, target } = followed(message.answers, question);
  if (answers.length > 0) {
    if (!authoritative) return lame("answers without authority (AA is not set), like a recursive server");
    const found = target === undefined || answers.some(({ type }) => type === question.type || question.type === "ANY");
    return found ? { outcome: "answer", answers } : { outcome: "alias", answers, target };
  }
  if (rcode === RCODE.NXDOMAIN) {
    return authoritative
      ? { outcome: "name-not-found", answers: [] }
      : lame("responds NXDOMAIN without authority (AA is not set)");
  }
  const names = authorities.filter(({ type, name }) => type === "NS" && isSubdomain(question.name, name));
  const [cut] = names;
  if (cut && nameKey(cut.name) !== nameKey(question.zone) && isSubdomain(cut.name, question.zone)) {
    return { outcome: "referral", answers: [], referral: delegationOf(cut.name, message, question.zone) };
  }
  if (authoritative) return { outcome: "no-data", answers: [] };
  if (!cut) return lame("the response has neither records nor authority");
  const where = nameKey(cut.name) === nameKey(question.zone) ? "the same zone again" : `${cut.name}, which is above`;
  return lame(`refers to ${where}`);
}

function lame(problem: string): StepAnswer {
  return { outcome: "lame", problem, answers: [] };
}

function withReason(message: DnsMessage): string {
  const why = explainErrors(extendedErrors(message));
  return `responds ${rcodeName(message.rcode)}${why === "" ? "" : ` (${why})`}`;
}

/**
 * Returns the servers of a zone below. Addresses count for names below the zone of the server that sends them: about
 * others it has nothing to say.
 */
function delegationOf(cut: string, { authorities, additionals }: DnsMessage, zone: string): Delegation {
  const key = nameKey(cut);
  const own = authorities.filter(({ name }) => nameKey(name) === key);
  const servers = namedServers(
    own.filter(({ type }) => type === "NS"),
    additionals.filter(({ name }) => isSubdomain(name, zone)),
  );
  return { zone: key, servers, signed: own.some(({ type }) => type === "DS") };
}

/**
 * Follows the aliases of a response within the zone, and returns them with the records behind them. Behind the last one that
 * leads out of the zone the server has no authority.
 */
function followed(records: readonly ResourceRecord[], question: ZoneQuestion): Pick<StepAnswer, "answers" | "target"> {
  const answers: ResourceRecord[] = [];
  const of = (name: string, type: string) =>
    records.filter((record) => nameKey(record.name) === nameKey(name) && record.type === type);
  let [name, target]: [string, string | undefined] = [question.name, undefined];
  for (let count = 0; count < MAX_ALIASES; count++) {
    const wanted = question.type === "ANY"
      ? records.filter((record) => nameKey(record.name) === nameKey(name))
      : of(name, question.type);
    if (wanted.length > 0) return { answers: [...answers, ...wanted, ...of(name, "RRSIG")], target };
    const [alias] = of(name, "CNAME");
    if (!alias) return { answers, target };
    answers.push(...records.filter(({ type, name: owner }) => type === "DNAME" && above(owner, name)), alias);
    name = target = nameKey(String(alias.fields.target));
    if (!isSubdomain(name, question.zone)) return { answers, target };
  }
  return { answers, target };
}

function above(owner: string, name: string): boolean {
  return nameKey(owner) !== nameKey(name) && isSubdomain(name, owner);
}
