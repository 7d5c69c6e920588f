import { assertEquals, assertRejects } from "@std/assert";
import { SystemError } from "../../../lib/core/mod.ts";
import {
  type BulkItem,
  BulkLookup,
  type BulkOptions,
  type BulkRecord,
  type BulkResult,
  DnsConnections,
  type DnsHead,
  Journal,
  nameServerAt,
  parseBulkLine,
  resumedItems,
} from "../../../lib/dns/internal.ts";
import { freePort } from "../../kit/port.ts";
import { framed, response, type ScriptedServer, scriptedServer, type UdpTurn } from "../../kit/scripted_dns.ts";

function* names(count: number): Generator<BulkItem> {
  for (let i = 0; i < count; i++) yield { input: `n${i}`, name: `n${i}.example.test.`, types: ["A"], plain: true };
}

/** The address of a name tells its number. */
function addressOf(query: DnsHead): Uint8Array<ArrayBuffer> {
  const name = query.questions[0]?.name ?? "";
  const number = numberOf(query);
  const data = `10.${number >> 16}.${number >> 8 & 255}.${number & 255}`;
  return response(query, { answers: [{ name, type: "A", ttl: 5, data }] });
}

function numberOf(query: DnsHead): number {
  return Number(/^n(\d+)\./i.exec(query.questions[0]?.name ?? "")?.[1] ?? NaN);
}

function isRecord(result: BulkResult): result is BulkRecord {
  return !("line" in result);
}

async function lookUp(
  items: Iterable<BulkItem>,
  servers: readonly ScriptedServer[],
  more: Partial<BulkOptions> = {},
) {
  await using connections = new DnsConnections();
  const options = { servers: servers.map(({ addr }) => nameServerAt(addr)), connections, ...more };
  const lookup = new BulkLookup(items, options);
  const records: BulkRecord[] = [];
  for await (const batch of lookup.records()) records.push(...batch.filter(isRecord));
  return { records, summary: lookup.summary() };
}

Deno.test("BulkLookup: 20,000 names of which servers drop, fail and truncate some, one record for each, in order", async () => {
  const dropped = new Set<number>();
  await using server = scriptedServer(async ({ query, send }) => {
    const number = numberOf(query);
    if (number % 100 === 7 && !dropped.has(number)) return void dropped.add(number);
    if (number % 100 === 11) return await send(response(query, { rcode: 2 }));
    if (number % 100 === 13) return await send(response(query, { truncated: true }));
    await send(addressOf(query));
  }, (query) => framed(addressOf(query)));
  const { records, summary } = await lookUp(names(20_000), [server], { ordered: true, attempts: 4 });
  assertEquals(records.length, 20_000);
  const wrong = records.filter(({ position, input, status, answers }, index) => {
    const [address] = answers;
    const expected = index % 100 === 11
      ? status === "SERVFAIL" && !address
      : status === "NOERROR" && address?.data === `10.${index >> 16}.${index >> 8 & 255}.${index & 255}`;
    return position !== index || input !== `n${index}` || !expected;
  });
  assertEquals(wrong.map(({ position }) => position), []);
  assertEquals([summary.statuses, summary.finished], [{ NOERROR: 19_800, SERVFAIL: 200 }, 20_000]);
  assertEquals([records[7]?.attempts, records[13]?.transport, records[13]?.truncated], [2, "tcp", true]);
});

Deno.test("BulkLookup: a server that drops every second query loses no name", async () => {
  await using server = scriptedServer(async ({ query, count, send }) => {
    if (count % 2 === 0) await send(addressOf(query));
  }, () => undefined);
  const { records } = await lookUp(names(40), [server], { attempts: 10, wait: 150, concurrency: 40 });
  assertEquals(new Set(records.map(({ position }) => position)).size, 40);
  assertEquals(records.filter(({ status }) => status !== "NOERROR"), []);
});

/** Datagrams before the response to a query that are to be ignored, by the number of the name. */
const STRAY: readonly ((turn: UdpTurn) => Promise<void>)[] = [
  ({ query, send }) => send(addressOf({ ...query, id: query.id ^ 1 })),
  ({ query, send }) => send(response({ ...query, questions: [{ name: "other.test.", type: "A", class: "IN" }] })),
  ({ query, sendFromElsewhere }) => sendFromElsewhere(response(query, { rcode: 3 })),
  ({ bytes, send }) => send(bytes),
  ({ send }) => send(new Uint8Array(3)),
  ({ query, send }) => send(addressOf(query)),
];

for (const lines of [false, true]) {
  Deno.test(`BulkLookup: forged, stray and repeated datagrams change nothing${lines ? ", also of lines" : ""}`, async () => {
    await using server = scriptedServer(async (turn) => {
      await STRAY[numberOf(turn.query) % STRAY.length]?.(turn);
      await turn.send(addressOf(turn.query));
    });
    await using connections = new DnsConnections();
    const lookup = new BulkLookup(names(600), { servers: [nameServerAt(server.addr)], connections, lines });
    const results = (await Array.fromAsync(lookup.records())).flat();
    const wrong = results.filter((result) => {
      const { position } = result;
      const data = `10.0.${position >> 8}.${position & 255}`;
      return "line" in result ? !result.line.includes(`"data":"${data}"`) : result.answers[0]?.data !== data;
    });
    assertEquals([wrong, new Set(results.map(({ position }) => position)).size], [[], 600]);
    assertEquals(results.some((result) => "line" in result), lines);
  });
}

Deno.test("BulkLookup: a server that truncates for ever has a malformed record for each name", async () => {
  const truncated = (query: DnsHead) => response(query, { truncated: true });
  await using server = scriptedServer(async ({ query, send }) => {
    await send(numberOf(query) < 5 ? addressOf(query) : truncated(query));
  }, (query) => framed(truncated(query)));
  const { summary } = await lookUp(names(40), [server], { attempts: 2, concurrency: 4, lines: true });
  assertEquals(summary.statuses, { MALFORMED: 35, NOERROR: 5 });
});

Deno.test("BulkLookup: names that no server answers are a record each", async () => {
  await using server = scriptedServer(() => {}, () => undefined);
  const { records, summary } = await lookUp(names(30), [server], { attempts: 1, wait: 100 });
  assertEquals([records.length, summary.statuses], [30, { TIMEOUT: 30 }]);
  assertEquals(records[0]?.error?.code, "timeout");
});

Deno.test("BulkLookup: a server that does not run is known before the time is over", async () => {
  await using connections = new DnsConnections();
  const servers = [nameServerAt({ host: "127.0.0.1", port: freePort() })];
  const lookup = new BulkLookup(names(3), { servers, connections, wait: 60_000 });
  const records = (await Array.fromAsync(lookup.records())).flat().filter(isRecord);
  assertEquals(
    records.map(({ status, error }) => `${status} ${error?.code}`),
    Array(3).fill("UNREACHABLE connection-refused"),
  );
});

Deno.test("BulkLookup: several servers share the load, and one that is silent rests", async () => {
  await using silent = scriptedServer(() => {}, () => undefined);
  await using one = scriptedServer(({ query, send }) => send(addressOf(query)));
  await using other = scriptedServer(({ query, send }) => send(addressOf(query)));
  const { records, summary } = await lookUp(names(2000), [silent, one, other]);
  assertEquals([records.length, summary.statuses], [2000, { NOERROR: 2000 }]);
  assertEquals(silent.queries.length < 200 && one.queries.length > 500 && other.queries.length > 500, true);
});

Deno.test("BulkLookup: invalid inputs are a record for each type", async () => {
  await using server = scriptedServer(({ query, send }) => send(addressOf(query)));
  const lines = ["n1.example.test", "# comment", "", `${"x".repeat(64)}.test A,MX`, "a..test", "n2.example.test NOPE"];
  const items = lines.flatMap((line) => parseBulkLine(line, ["A"]) ?? []);
  const { records } = await lookUp(items, [server], { ordered: true });
  assertEquals(records.map(({ type, status }) => `${type} ${status}`), [
    "A NOERROR",
    "A INVALID",
    "MX INVALID",
    "A INVALID",
    "NOPE INVALID",
  ]);
});

Deno.test("BulkLookup: answers of a wildcard are marked, and its parent is asked once", async () => {
  await using server = scriptedServer(({ query, send }) => {
    const name = query.questions[0]?.name ?? "";
    const data = /^n5\./i.test(name) ? "192.0.2.5" : "192.0.2.1";
    return send(response(query, { answers: [{ name, type: "A", ttl: 5, data }] }));
  });
  const { records } = await lookUp(names(10), [server], { ordered: true, wildcardCheck: true });
  assertEquals(records.map(({ wildcard }) => wildcard), records.map((_, index) => index !== 5));
  assertEquals(server.queries.length, 11);
});

Deno.test("BulkLookup: rejects with the reason of its signal", async () => {
  const controller = new AbortController();
  await using server = scriptedServer(() => controller.abort(new Error("enough")), () => undefined);
  await assertRejects(() => lookUp(names(5), [server], { signal: controller.signal }), Error, "enough");
});

Deno.test("Journal: what was not written to its end is cut from the output and repeated", async () => {
  const path = await Deno.makeTempFile();
  let output = "";
  const access = {
    state: () => ({ inode: 1, size: output.length }),
    truncate: (size: number) => void (output = output.slice(0, size)),
  };
  const first = await Journal.open(path, "A", access);
  first.record([0, 1, 3], () => void (output += "0 1 3 "));
  // Killed in the middle of a write.
  try {
    first.record([2, 4], () => {
      output += "2 ";
      throw new Error("killed");
    });
  } catch {
    first.close();
  }
  const second = await Journal.open(path, "A", access);
  assertEquals([output, [0, 1, 2, 3, 4].map((position) => second.has(position))], [
    "0 1 3 ",
    [true, true, false, true, false],
  ]);
  second.record([2, 4], () => void (output += "2 4 "));
  second.close();
  const third = await Journal.open(path, "A", access);
  assertEquals([output, third.size], ["0 1 3 2 4 ", 5]);
  third.close();
  await assertRejects(() => Journal.open(path, "MX", access), SystemError, "other types");
  await Deno.writeTextFile(path, "something else\n");
  await assertRejects(() => Journal.open(path, "A", access), SystemError, "not a journal");
  await Deno.remove(path);
});

/** Lists that are read again with the journal of a run that had read a to e, and finished a, c and d. */
const RESUMED: readonly (readonly [list: string, unfinished: string | undefined])[] = [
  ["a b c d e", "be"],
  ["a b c d e f g", "befg"],
  ["a b c d", undefined],
  ["", undefined],
  ["a b c d f", undefined],
  ["b a c d e f", undefined],
  ["a b cd e f", undefined],
  ["a b c dA e", undefined],
];

for (const [list, unfinished] of RESUMED) {
  Deno.test(`Journal: of the list "${list}", ${unfinished ?? "another one, nothing"} is yielded`, async () => {
    const path = await Deno.makeTempFile();
    const access = { state: () => undefined, truncate: () => {} };
    const item = (name: string) => ({ input: name, name: `${name}.`, types: ["A"] });
    const groups = async function* (names: readonly string[]) {
      for (const name of names) yield [item(name)];
    };
    const first = await Journal.open(path, "A", access);
    for await (const group of resumedItems(groups([..."abcde"]), first)) assertEquals([...group].length, 1);
    first.record([0, 2, 3], () => {});
    first.close();
    const second = await Journal.open(path, "A", access);
    let found = "";
    let position = 0;
    const read = async () => {
      for await (const group of resumedItems(groups(list.split(" ").filter((name) => name !== "")), second)) {
        for (const item of group) {
          position = item.position ?? position;
          if (!second.has(position++)) found += item.input;
        }
      }
    };
    if (unfinished !== undefined) await read();
    else await assertRejects(read, SystemError, `cannot resume from ${path}: it is of another list`);
    assertEquals(found, unfinished ?? "");
    second.close();
    await Deno.remove(path);
  });
}
