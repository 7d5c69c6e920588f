import { decodeHead, RCODE } from "../../../../lib/dns/internal.ts";
import { framed, response } from "../../../../tests/kit/scripted_dns.ts";
import { ADDRESSES, BROKEN, type ZoneRecord, ZONES } from "./zones.ts";

/** Starts the name server of the examples on port 53; it runs until the process exits. */
export function startNameServer(): void {
  const [hostname] = ADDRESSES.dns;
  const socket = Deno.listenDatagram({ transport: "udp", hostname, port: 53 });
  const listener = Deno.listen({ hostname, port: 53 });
  (async () => {
    for await (const [bytes, from] of socket) await socket.send(answer(bytes), from).catch(() => {});
  })();
  (async () => {
    for await (const connection of listener) converse(connection).catch(() => {});
  })();
}

/** Opens port 53 on an address that never answers; it stays open until the process exits. */
export function startSilentServer(): void {
  const [hostname] = ADDRESSES.silent;
  Deno.listenDatagram({ transport: "udp", hostname, port: 53 });
  Deno.listen({ hostname, port: 53 });
}

/** Answers the one query of a connection. */
async function converse(open: Deno.Conn): Promise<void> {
  using connection = open;
  const bytes = new Uint8Array(1024);
  const count = await connection.read(bytes) ?? 0;
  await connection.write(framed(answer(bytes.subarray(2, count))));
}

function answer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const query = decodeHead(bytes);
  const [question] = query.questions;
  const name = question?.name.toLowerCase() ?? "";
  const flags = { recursionAvailable: true, recursionDesired: true };
  if (BROKEN.some((domain) => name.endsWith(domain))) return response(query, { ...flags, rcode: RCODE.SERVFAIL });
  const chain = follow(name, question?.type ?? "A");
  const answers = chain.flatMap(({ name, records }) => records.map(([type, ttl, data]) => ({ name, type, ttl, data })));
  return response(query, { ...flags, rcode: chain.length > 0 ? RCODE.NOERROR : RCODE.NXDOMAIN, answers });
}

/** Returns the records of a type, behind those of its aliases; nothing if the name does not exist. */
function follow(name: string, type: string): { readonly name: string; readonly records: readonly ZoneRecord[] }[] {
  const zone = ZONES[name];
  if (!zone) return [];
  const alias = zone.find(([one]) => one === "CNAME" && type !== "CNAME");
  if (alias) return [{ name, records: [alias] }, ...follow(alias[2], type)];
  return [{ name, records: zone.filter(([one]) => one === type) }];
}
