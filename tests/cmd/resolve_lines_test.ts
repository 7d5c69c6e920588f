import { assert, assertEquals, assertThrows } from "@std/assert";
import { resultOf } from "../../cmd/resolve/bulk.ts";
import { resolutionRecord } from "../../cmd/resolve/records.ts";
import { recordLine } from "../../lib/cli/mod.ts";
import {
  AnswerLines,
  decodeMessage,
  type DnsHead,
  encodeMessage,
  type MessageParts,
  outcomeOf,
  recordFrom,
  type ResourceRecord,
  type TextRecord,
  typeNumber,
} from "../../lib/dns/internal.ts";
import { everyRecord } from "../kit/every_type.ts";

const SERVER = "192.0.2.53:53";
const NAME = "www.types.test.";
const lines = new AnswerLines();

interface Case {
  readonly type?: string;
  readonly name?: string;
  readonly head?: Partial<DnsHead>;
  readonly answers?: readonly (TextRecord | ResourceRecord)[];
  readonly authorities?: readonly TextRecord[];
  readonly additionals?: readonly TextRecord[];
  readonly edns?: MessageParts["edns"];
}

function messageOf({ type = "A", name = NAME, head, answers = [], authorities = [], additionals = [], edns }: Case) {
  const wire = (record: TextRecord | ResourceRecord) => "rdata" in record ? record : recordFrom({ ttl: 60, ...record });
  return encodeMessage({
    id: 1,
    response: true,
    questions: [{ name, type, class: "IN" }],
    ...head,
    answers: answers.map(wire),
    authorities: authorities.map(wire),
    additionals: additionals.map(wire),
    edns,
  });
}

/** The line that is written of the bytes. */
function written(bytes: Uint8Array, { type = "A", name = NAME }: Case): string | undefined {
  const end = 12 + name.length + 1 + 4;
  const question = { input: name.slice(0, -1), name, type, typeNumber: typeNumber(type) ?? 0, server: SERVER, ms: 1.5 };
  const found = lines.write(bytes, end, question);
  assertEquals(found && found.status, found && JSON.parse(found.line).status);
  return found?.line;
}

/** The line of the record that any other response has. */
function printed(bytes: Uint8Array, { type = "A", name = NAME }: Case): string {
  const way = { server: SERVER, transport: "udp", truncated: false, ms: 1.5 } as const;
  const reply = { message: decodeMessage(bytes), question: { name, type }, ...way };
  const head = { position: 0, input: name.slice(0, -1), name, type };
  return recordLine(resolutionRecord(resultOf({ ...head, ...outcomeOf(reply, name, type), attempts: 1 }))).trimEnd();
}

const A = { name: NAME, type: "A", data: "192.0.2.1" };
const SOA = { name: "types.test.", type: "SOA", ttl: 3600, data: "ns.types.test. host.types.test. 1 2 3 4 300" };
const NS = { name: "types.test.", type: "NS", data: "ns.types.test." };
const GLUE = [
  { name: "ns.types.test.", type: "A", data: "192.0.2.53" },
  { name: "ns.types.test.", type: "AAAA", data: "2001:db8::53" },
];
const EDNS = { udpSize: 1232, version: 0, dnssecOk: false, options: [] };
const FLAGS = { authoritative: true, recursionDesired: true, recursionAvailable: true };

/** Responses that are written at once. */
const USUAL: Readonly<Record<string, Case>> = {
  "one address": { answers: [A] },
  "several addresses, sections beside them and EDNS": {
    head: FLAGS,
    answers: [A, { ...A, data: "192.0.2.2" }],
    authorities: [NS],
    additionals: GLUE,
    edns: EDNS,
  },
  "all flags": { head: { ...FLAGS, authenticData: true, checkingDisabled: true }, answers: [A] },
  "a negative TTL": { answers: [{ ...A, ttl: 0x80000001 }] },
  "NXDOMAIN": { head: { ...FLAGS, rcode: 3 }, authorities: [SOA], edns: EDNS },
  "NXDOMAIN below the root": { head: { rcode: 3 }, authorities: [{ ...SOA, name: "." }] },
  "NODATA": { type: "MX", authorities: [SOA] },
  "NODATA with NS records": { type: "AAAA", authorities: [NS, SOA], additionals: GLUE },
  "text that controls a terminal": {
    type: "TXT",
    answers: [{ name: NAME, type: "TXT", data: '"\\027[31m \\226\\128\\174 \\"quoted\\" back\\\\slash"' }],
  },
  ...Object.fromEntries(
    everyRecord.map((record, index) => [
      `${record.type} (${index})`,
      { type: record.type, answers: [{ ...record, name: NAME }], edns: EDNS },
    ]),
  ),
};

for (const [what, one] of Object.entries(USUAL)) {
  Deno.test(`AnswerLines: ${what}: the line of its record`, () => {
    const bytes = messageOf(one);
    assertEquals(written(bytes, one), printed(bytes, one));
  });
}

/** Responses that are left to the decoder. */
const UNUSUAL: Readonly<Record<string, Case>> = {
  "an alias": { answers: [{ name: NAME, type: "CNAME", data: "other.test." }, { ...A, name: "other.test." }] },
  "another owner": { answers: [{ ...A, name: "types.test." }] },
  "another class": { answers: [{ ...A, class: "CH", type: "TXT", data: "x" }], type: "TXT" },
  "a truncated one": { head: { truncated: true } },
  "SERVFAIL": { head: { rcode: 2 }, authorities: [SOA] },
  "NXDOMAIN with an answer": { head: { rcode: 3 }, answers: [A], authorities: [SOA] },
  "NXDOMAIN without an SOA record": { head: { rcode: 3 } },
  "a referral": { authorities: [NS] },
  "an extended error": { answers: [A], edns: { ...EDNS, options: [{ code: 15, data: Uint8Array.of(0, 3) }] } },
  "an extended code": { head: { rcode: 16 }, edns: EDNS },
  "other authorities": { authorities: [SOA, { ...A, type: "TXT", data: "x" }], type: "MX" },
  "the question for all types": { type: "ANY", answers: [A] },
  "more records than are looked through": { answers: [A], authorities: Array.from({ length: 41 }, () => NS) },
};

for (const [what, one] of Object.entries(UNUSUAL)) {
  Deno.test(`AnswerLines: ${what} is left to the decoder`, () => assertEquals(written(messageOf(one), one), undefined));
}

/** Numbers that look random, the same in each run (mulberry32). */
function* random(seed: number): Generator<number> {
  for (let state = seed;;) {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    yield (value ^ (value >>> 14)) >>> 0;
  }
}

Deno.test("AnswerLines: of any changed response, the line of its record or none", () => {
  const numbers = random(14);
  const next = (below: number) => (numbers.next().value ?? 0) % below;
  const cases = Object.values(USUAL);
  let lines = 0;
  for (let round = 0; round < 20_000; round++) {
    const one = cases[next(cases.length)] ?? {};
    const whole = messageOf(one);
    const end = 12 + NAME.length + 1 + 4;
    const bytes = next(4) === 0 ? whole.slice(0, end + next(whole.length - end + 1)) : whole;
    // The question has been verified when a response is read.
    for (let changes = next(4); changes > 0 && bytes.length > end; changes--) {
      bytes[end + next(bytes.length - end)] = next(256);
    }
    if (next(3) === 0) bytes[4 + next(2) * 2 + next(8) % 6] ^= next(4);
    bytes.set([0, 1], 4);
    let line: string | undefined;
    try {
      line = written(bytes, one);
    } catch (error) {
      assert(error instanceof Error && error.name === "DnsMessageError", String(error));
      assertThrows(() => decodeMessage(bytes), Error, error.message);
      continue;
    }
    if (line === undefined) continue;
    assertEquals(line, printed(bytes, one));
    lines++;
  }
  assert(lines > 2000, `${lines} lines`);
});
