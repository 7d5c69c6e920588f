import { decodeHead } from "../../lib/dns/internal.ts";
import { response, type ResponseParts } from "./scripted_dns.ts";

/** Returns the response of a scripted name server to a question; undefined for none. */
export type Says = (type: string, name: string) => ResponseParts | undefined | Promise<ResponseParts | undefined>;

/** Addresses by name; any other name does not exist. */
export type AddressTable = Readonly<Record<string, readonly string[]>>;

const NXDOMAIN = 3;

/** Returns what a server of these names says. */
export function namesOf(table: AddressTable): Says {
  return (type, name) => {
    const addresses = table[name.toLowerCase().replace(/\.$/, "")];
    if (!addresses) return { rcode: NXDOMAIN };
    const wanted = addresses.filter((data) => type === (data.includes(":") ? "AAAA" : "A"));
    return { answers: wanted.map((data) => ({ name, type, ttl: 300, data })) };
  };
}

/** Returns what a server says that knows the name servers of the root, too, as every resolver does. */
export function knowingRoot(says: Says): Says {
  return (type, name) => {
    if (name !== ".") return says(type, name);
    return { answers: type === "NS" ? [{ name: ".", type: "NS", ttl: 300, data: "a.root-servers.test." }] : [] };
  };
}

/** Answers queries over UDP at an address; several may wait for their answer. */
export function nameServerOn(stack: AsyncDisposableStack, hostname: string, port: number, says: Says): void {
  const socket = Deno.listenDatagram({ transport: "udp", hostname, port });
  // A server without TCP counts as not running once it is slow.
  stack.use(Deno.listen({ hostname, port }));
  const answer = async (bytes: Uint8Array, from: Deno.Addr) => {
    const query = decodeHead(bytes);
    const [question] = query.questions;
    const parts = question && await says(question.type, question.name);
    // The check may have ended meanwhile, and the socket with it.
    if (parts) await socket.send(response(query, { recursionAvailable: true, ...parts }), from).catch(() => {});
  };
  const serving = (async () => {
    for await (const [bytes, from] of socket) void answer(bytes, from);
  })();
  // The port is free for the next server once the last read has ended.
  stack.defer(() => {
    socket.close();
    return serving;
  });
}
