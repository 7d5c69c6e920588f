import { assertEquals } from "@std/assert";
import {
  cookieOption,
  cookies,
  decodeMessage,
  DnsConnections,
  type DnsHead,
  nameServerAt,
  OPTION_CODES,
  RCODE,
} from "../../../lib/dns/internal.ts";
import { framed, response, scriptedServer, type UdpTurn } from "../../kit/scripted_dns.ts";

const SERVER = Uint8Array.from({ length: 16 }, (_, index) => index + 1);
const OTHER = Uint8Array.from({ length: 8 }, (_, index) => 200 + index);
const QUESTION = { name: "a.test.", type: "A" };

/** A response with an address and, unless there are none, cookies as bytes of their option. */
function answer(query: DnsHead, data?: Uint8Array, rcode = 0): Uint8Array<ArrayBuffer> {
  const options = data ? [{ code: OPTION_CODES.COOKIE, data }] : [];
  const answers = rcode === 0 ? [{ name: "a.test.", type: "A", ttl: 1, data: "192.0.2.1" }] : [];
  return response(query, { rcode, answers, edns: { udpSize: 1232, version: 0, dnssecOk: false, options } });
}

/** The cookies of a query. */
function sentCookies({ bytes }: UdpTurn) {
  const found = cookies(decodeMessage(bytes).edns);
  return { client: found?.client.slice() ?? new Uint8Array(), server: found?.server.toHex() ?? "none" };
}

/** Asks twice; returns the server cookies of all queries over UDP, and the transport of the responses. */
async function ask(
  udp: (turn: UdpTurn, client: Uint8Array, server: string) => Promise<void>,
  given?: Uint8Array,
): Promise<{ servers: string[]; clients: Set<string>; transports: string[]; rcodes: number[] }> {
  const servers: string[] = [];
  const clients = new Set<string>();
  await using scripted = scriptedServer(async (turn) => {
    const { client, server } = sentCookies(turn);
    servers.push(server);
    clients.add(client.toHex());
    await udp(turn, client, server);
  }, (query) => framed(answer(query)));
  await using connections = new DnsConnections({ cookies: given ?? true });
  const transports: string[] = [];
  const rcodes: number[] = [];
  for (let count = 0; count < 2; count++) {
    const expires = performance.now() + 20_000;
    const { transport, message } = await connections.ask(nameServerAt(scripted.addr), QUESTION, { expires });
    transports.push(transport);
    rcodes.push(message.rcode);
  }
  return { servers, clients, transports, rcodes };
}

const KNOWN = SERVER.toHex();

Deno.test("DnsConnections: the cookie of a server goes back with the next query", async () => {
  const { servers, clients, transports } = await ask(async ({ query, send }, client) => {
    await send(answer(query, cookieOption(client, SERVER).data));
  });
  assertEquals([servers, clients.size, transports], [["", KNOWN], 1, ["udp", "udp"]]);
  assertEquals([...clients].every((client) => /^[0-9a-f]{16}$/.test(client)), true);
});

Deno.test("DnsConnections: a server without cookies is asked as any other", async () => {
  const { servers, transports } = await ask(({ query, send }) => send(answer(query)));
  assertEquals([servers, transports], [["", ""], ["udp", "udp"]]);
});

Deno.test("DnsConnections: BADCOOKIE is answered once with the new cookie", async () => {
  const { servers, transports, rcodes } = await ask(async ({ query, send }, client, server) => {
    await send(answer(query, cookieOption(client, SERVER).data, server === KNOWN ? 0 : RCODE.BADCOOKIE));
  });
  assertEquals([servers, transports, rcodes], [["", KNOWN, KNOWN], ["udp", "udp"], [0, 0]]);
});

Deno.test("DnsConnections: BADCOOKIE for ever leads to TCP", async () => {
  const { servers, transports, rcodes } = await ask(async ({ query, send }, client) => {
    await send(answer(query, cookieOption(client, SERVER).data, RCODE.BADCOOKIE));
  });
  assertEquals([servers, transports, rcodes], [["", KNOWN, KNOWN, KNOWN], ["tcp", "tcp"], [0, 0]]);
});

Deno.test("DnsConnections: a response with a wrong client cookie, or one of invalid length, is ignored", async () => {
  for (const forged of [cookieOption(OTHER, SERVER).data, OTHER.slice(1), new Uint8Array(41)]) {
    const { servers, rcodes } = await ask(async ({ query, send }, client) => {
      await send(answer(query, forged, RCODE.REFUSED));
      await send(answer(query, cookieOption(client, SERVER).data));
    });
    assertEquals([servers, rcodes], [["", KNOWN], [0, 0]]);
  }
});

Deno.test("DnsConnections: a response that lacks the cookie of a server that has given one leads to TCP", async () => {
  const { servers, transports } = await ask(async ({ query, count, send }, client) => {
    await send(count === 1 ? answer(query, cookieOption(client, SERVER).data) : answer(query));
  });
  assertEquals([servers, transports], [["", KNOWN], ["udp", "tcp"]]);
});

Deno.test("DnsConnections: given cookies are sent to each server", async () => {
  const given = Uint8Array.from([...OTHER, ...SERVER]);
  const { servers, clients } = await ask(async ({ query, send }, client) => {
    await send(answer(query, cookieOption(client, SERVER).data));
  }, given);
  assertEquals([servers, [...clients]], [[KNOWN, KNOWN], [OTHER.toHex()]]);
});
