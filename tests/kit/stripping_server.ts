import { Deadline } from "../../lib/core/mod.ts";
import { type DnsHead, encodeMessage, exchange, type MessageParts } from "../../lib/dns/internal.ts";
import { type ScriptedServer, scriptedServer } from "./scripted_dns.ts";

/** Records that a server without DNSSEC leaves out. */
export type Stripping =
  /** Signatures and proofs, as without DO. */
  | "signatures"
  /** All records of DNSSEC, as a server that does not know their types. */
  | "all";

const DNSSEC = ["RRSIG", "NSEC", "NSEC3"];
const UNKNOWN = [...DNSSEC, "DNSKEY", "DS"];

/** Starts a server that asks another one on 127.0.0.1, and leaves records of DNSSEC out of its responses. */
export function strippingServer(port: number, what: Stripping): ScriptedServer {
  const upstream = { protocol: "tcp", host: "127.0.0.1", port } as const;
  const types = what === "all" ? UNKNOWN : DNSSEC;
  const answer = async ({ id, questions }: DnsHead): Promise<Uint8Array<ArrayBuffer>> => {
    const [question = { name: ".", type: "NS" }] = questions;
    using deadline = new Deadline({ timeout: 30_000 }, "ask");
    const { message } = await exchange(upstream, { ...question, dnssecOk: true }, { deadline });
    const keep = (records: MessageParts["answers"]) => records?.filter(({ type }) => !types.includes(type));
    const { rcode, answers, authorities } = message;
    const kept = { answers: keep(answers), authorities: keep(authorities) };
    return encodeMessage({ id, response: true, recursionAvailable: true, questions, rcode, ...kept });
  };
  return scriptedServer(async ({ query, send }) => await send(await answer(query)));
}
