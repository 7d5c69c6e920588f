import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { NetworkError, TimeoutError, UsageError } from "../../../lib/core/mod.ts";
import {
  decodeMessage,
  encodeMessage,
  type MessageParts,
  type NamedServer,
  nameKey,
  queryType,
  recordFrom,
  rootServers,
  rootServersOf,
  type TextRecord,
  traceDelegation,
  type TraceDelegationOptions,
  type TraceOutcome,
} from "../../../lib/dns/internal.ts";
import { lastLabels, nextLabels } from "../../../lib/dns/trace/shorten.ts";

/** Parts of a response, or a failure. */
type Said = Partial<Omit<MessageParts, "answers" | "authorities" | "additionals">> & {
  answers?: readonly TextRecord[];
  authorities?: readonly TextRecord[];
  additionals?: readonly TextRecord[];
};
type Responder = (name: string, type: string) => Said | Error;

const ROOT: readonly NamedServer[] = [{ name: "ns.root.", addresses: ["192.0.2.1"] }];
const ns = (zone: string, ...servers: string[]) =>
  servers.map((data) => ({ name: zone, type: "NS", ttl: 300, data } as const));
const a = (name: string, data: string) => ({ name, type: "A", ttl: 300, data } as const);
const silent = () => new TimeoutError("no answer in time");

/** A response that refers to a zone. */
function refer(zone: string, servers: Readonly<Record<string, string>>): Said {
  const additionals = Object.entries(servers).flatMap(([name, address]) => address === "" ? [] : [a(name, address)]);
  return { authorities: ns(zone, ...Object.keys(servers)), additionals };
}

/** A zone that has only these names, with one address each. */
function zone(apex: string, names: Readonly<Record<string, string>> = {}): Responder {
  return (name, type) => {
    const data = names[name];
    if (name === apex && type === "NS") return { authoritative: true, answers: ns(apex, `ns.${apex}`) };
    if (data !== undefined && type === "A") return { authoritative: true, answers: [a(name, data)] };
    const exists = data !== undefined || name === apex ||
      Object.keys(names).some((other) => other.endsWith(`.${name}`));
    return { authoritative: true, rcode: exists ? 0 : 3 };
  };
}

/** Follows a name in an internet of such servers by address. */
async function follow(
  servers: Readonly<Record<string, Responder>>,
  name: string,
  { type = "A", ...options }: Partial<TraceDelegationOptions> & { type?: string } = {},
) {
  const asked: string[] = [];
  const trace = await traceDelegation(name, queryType(type), {
    root: ROOT,
    ...options,
    ask: ({ host }, name, type) => {
      asked.push(`${host} ${name} ${type}`);
      const said = servers[host]?.(nameKey(name), type) ?? new NetworkError("refused", { code: "connection-refused" });
      if (said instanceof Error) return Promise.reject(said);
      const { answers = [], authorities = [], additionals = [], ...head } = said;
      const [one, two, three] = [answers, authorities, additionals].map((records) =>
        records.map((record) => recordFrom({ ttl: 0, ...record }))
      );
      const message = decodeMessage(encodeMessage({
        ...{ id: 1, response: true, questions: [{ name, type, class: "IN" }], ...head },
        ...{ answers: one, authorities: two, additionals: three },
      }));
      return Promise.resolve({
        message,
        question: { name, type },
        server: host,
        transport: "udp" as const,
        truncated: false,
        ms: 1,
      });
    },
  });
  return { ...trace, asked };
}

/** The root with one domain below it. */
const root: Responder = (name) =>
  name.endsWith("test.") ? refer("test.", { "ns.test.": "192.0.2.2" }) : zone(".")(name, "A");
const outcomes = (steps: Awaited<ReturnType<typeof follow>>["steps"]) =>
  steps.flatMap(({ queries }) => queries.map(({ address, outcome }) => `${address} ${outcome}`));

Deno.test("traceDelegation: the servers above learn no more of a name than they need", async () => {
  const { asked, outcome, answers } = await follow(
    { "192.0.2.1": root, "192.0.2.2": zone("test.", { "a.b.c.test.": "192.0.2.9" }) },
    "A.b.c.test",
  );
  assertEquals(asked.filter((line) => !line.endsWith("NS")), [
    "192.0.2.1 test. A",
    "192.0.2.2 c.test. A",
    "192.0.2.2 b.c.test. A",
    "192.0.2.2 a.b.c.test. A",
  ]);
  assertEquals([outcome, answers[0]?.data], ["answer", "192.0.2.9"]);
});

Deno.test("traceDelegation: servers that fail for shortened names get the whole one", async () => {
  const whole = "www.sub.test.";
  const failures: Readonly<Record<string, Said | Error>> = {
    "REFUSED": { rcode: 5 },
    "NXDOMAIN for a name with names below it": { authoritative: true, rcode: 3 },
    "no response": silent(),
    "an empty response": {},
  };
  for (const [failure, said] of Object.entries(failures)) {
    const broken: Responder = (name, type) =>
      name === whole ? zone("test.", { [whole]: "192.0.2.9" })(name, type) : said;
    const { outcome } = await follow({ "192.0.2.1": root, "192.0.2.2": broken }, whole);
    assertEquals(outcome, "answer", failure);
  }
});

/** Responses of servers of `test.`, the outcome, and how the one query is described. */
const USELESS: Readonly<Record<string, readonly [said: Said | Error, outcome: TraceOutcome, problem: RegExp]>> = {
  "a referral upwards": [{ authorities: ns(".", "ns.root.") }, "lame", /refers to \., which is above/],
  "a referral to itself": [{ authorities: ns("test.", "ns.test.") }, "lame", /refers to the same zone again/],
  "a referral to a zone that the name is not in": [
    { authorities: ns("x.test.", "ns.test.") },
    "lame",
    /neither records/,
  ],
  "an empty response": [{}, "lame", /neither records nor authority/],
  "SERVFAIL": [{ rcode: 2 }, "lame", /responds SERVFAIL/],
  "records without authority": [{ answers: [a("www.test.", "192.0.2.9")] }, "lame", /AA is not set/],
  "NXDOMAIN without authority": [{ rcode: 3 }, "lame", /NXDOMAIN without authority/],
  "silence": [silent(), "timeout", /no answer/],
  "a message that cannot be read": [new NetworkError("cut", { code: "answer-cut" }), "unreachable", /cut/],
};

for (const [what, [said, outcome, problem]] of Object.entries(USELESS)) {
  Deno.test(`traceDelegation: ${what} is of no use, and the next server is asked`, async () => {
    const { steps, ...alone } = await follow({ "192.0.2.1": root, "192.0.2.2": () => said }, "www.test");
    assertEquals(alone.outcome, outcome);
    assert(problem.test(steps.at(-1)?.queries[0]?.problem ?? ""), steps.at(-1)?.queries[0]?.problem);
    const both = (name: string) =>
      name === "." ? {} : refer("test.", { "ns1.test.": "192.0.2.2", "ns2.test.": "192.0.2.3" });
    const servers = {
      "192.0.2.1": both,
      "192.0.2.2": () => said,
      "192.0.2.3": zone("test.", { "www.test.": "192.0.2.9" }),
    };
    const { answers } = await follow(servers, "www.test");
    assertEquals(answers.map(({ data }) => data), ["192.0.2.9"]);
  });
}

Deno.test("traceDelegation: addresses from outside the zone of the server do not count", async () => {
  const servers: Record<string, Responder> = {
    "192.0.2.1": (name) =>
      name.endsWith("other.")
        ? refer("other.", { "ns.other.": "192.0.2.4" })
        : refer("test.", { "ns.test.": "192.0.2.2" }),
    // Claims an address of a server that is not its own.
    "192.0.2.2": () => refer("sub.test.", { "ns.other.": "192.0.2.66" }),
    "192.0.2.66": zone("sub.test.", { "www.sub.test.": "192.0.2.99" }),
    "192.0.2.4": zone("other.", { "ns.other.": "192.0.2.5" }),
    "192.0.2.5": zone("sub.test.", { "www.sub.test.": "192.0.2.9" }),
  };
  const { answers, steps } = await follow(servers, "www.sub.test");
  assertEquals(answers.map(({ data }) => data), ["192.0.2.9"]);
  assertEquals(steps.filter(({ within }) => within.length > 0).map(({ zone }) => zone), [".", "other."]);
});

Deno.test("traceDelegation: addresses that are not those of a host are not queried", async () => {
  const invalid = ["0.0.0.0", "224.0.0.251", "255.255.255.255"];
  const names = [...invalid, "192.0.2.2"].map((address, at) => [`ns${at}.test.`, address]);
  const six = ["::", "ff02::fb", "::ffff:224.0.0.1"].map((data) =>
    ({ name: "ns0.test.", type: "AAAA", ttl: 1, data }) as const
  );
  const referral = refer("test.", Object.fromEntries(names));
  const { steps, asked, answers } = await follow({
    "192.0.2.1": () => ({ ...referral, additionals: [...referral.additionals ?? [], ...six] }),
    "192.0.2.2": zone("test.", { "www.test.": "192.0.2.9" }),
  }, "www.test");
  assertEquals(answers.map(({ data }) => data), ["192.0.2.9"]);
  assertEquals([...new Set(asked.map((line) => line.split(" ")[0]))], ["192.0.2.1", "192.0.2.2"]);
  const left = steps.flatMap(({ queries }) => queries).filter(({ problem }) => problem === "not the address of a host");
  assertEquals(left.length, 6);
});

Deno.test("traceDelegation: a referral with 500 servers without addresses takes few queries", async () => {
  const servers = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`ns${at}.victim.other.`, ""]));
  const { outcome, queries } = await follow({
    "192.0.2.1": (name) =>
      name.endsWith("other.")
        ? refer("other.", { "ns.other.": "192.0.2.4" })
        : refer("test.", { "ns.test.": "192.0.2.2" }),
    "192.0.2.2": () => refer("sub.test.", servers),
    "192.0.2.4": zone("other."),
  }, "www.sub.test");
  assertEquals(outcome, "unreachable");
  assert(queries < 60, `${queries} queries`);
});

Deno.test("traceDelegation: servers whose addresses need each other end", async () => {
  const { outcome, queries } = await follow({
    "192.0.2.1": (name) =>
      name.endsWith("one.")
        ? refer("one.", { "ns.two.": "" })
        : name.endsWith("two.")
        ? refer("two.", { "ns.one.": "" })
        : {},
  }, "www.one");
  assertEquals(outcome, "unreachable");
  assert(queries < 20, `${queries} queries`);
});

Deno.test("traceDelegation: zones without end, aliases in a circle, and zones that take too many queries end with an error", async () => {
  const deeper: Responder = (name) => {
    const labels = name.split(".").length;
    return refer(lastLabels(name, Math.min(labels - 1, 1 + Math.floor(labels / 2))), { "ns.test.": "192.0.2.2" });
  };
  const endless = await follow({ "192.0.2.1": root, "192.0.2.2": deeper }, `${"a.".repeat(100)}test`);
  assert(endless.queries < 300);
  const aliases: Responder = (name) => ({
    authoritative: true,
    answers: [{ name, type: "CNAME", ttl: 1, data: name === "a.test." ? "a.other." : "a.test." }],
  });
  const circle = {
    "192.0.2.1": (name: string) =>
      name.endsWith("other.")
        ? refer("other.", { "ns.other.": "192.0.2.2" })
        : refer("test.", { "ns.test.": "192.0.2.2" }),
    "192.0.2.2": aliases,
  };
  const loop = await assertRejects(() => follow(circle, "a.test"), NetworkError);
  assertEquals(loop.code, "alias-loop");
  // Each zone has 16 servers, which are all asked: the number of queries in total is what ends it.
  const whole = `${"a.".repeat(60)}test.`;
  const addresses = (level: number) =>
    Object.fromEntries(
      Array.from({ length: 16 }, (_, at) => [`ns${at}.${lastLabels(whole, level + 1)}`, `10.0.${level}.${at}`]),
    );
  const greedy: Record<string, Responder> = { "192.0.2.1": () => refer("test.", addresses(0)) };
  for (let level = 0; level < 40; level++) {
    for (const address of Object.values(addresses(level))) {
      greedy[address] = () => refer(lastLabels(whole, level + 2), addresses(level + 1));
    }
  }
  const many = await assertRejects(() => follow(greedy, whole), NetworkError);
  assertEquals(many.code, "too-many-queries");
});

Deno.test("traceDelegation: without an IPv6 network one address is tried, and the others are left", async () => {
  const servers = { "ns1.test.": "192.0.2.2" };
  const six = ["2001:db8::1", "2001:db8::2"].map((
    data,
    at,
  ) => ({ name: `ns${at + 2}.test.`, type: "AAAA", ttl: 1, data } as const));
  const referral = refer("test.", { ...servers, "ns2.test.": "", "ns3.test.": "" });
  const none = () => new NetworkError("no network", { code: "network-unreachable" });
  const { steps, asked } = await follow({
    "192.0.2.1": () => ({ ...referral, additionals: [...referral.additionals ?? [], ...six] }),
    "192.0.2.2": zone("test.", { "www.test.": "192.0.2.9" }),
    "2001:db8::1": none,
    "2001:db8::2": none,
  }, "www.test");
  assertEquals(outcomes(steps).slice(1), [
    "192.0.2.2:53 answer",
    "[2001:db8::1]:53 unreachable",
    "[2001:db8::2]:53 unreachable",
  ]);
  assert(asked.filter((line) => line.startsWith("2001:")).length <= 2);
});

Deno.test("traceDelegation: what servers of a zone say differently, and what only one side names, is noted", async () => {
  const { steps } = await follow({
    "192.0.2.1": () => refer("test.", { "ns.test.": "192.0.2.2", "ns2.test.": "192.0.2.3", "ns9.test.": "" }),
    "192.0.2.2": zone("test.", { "www.test.": "192.0.2.9" }),
    "192.0.2.3": zone("test.", { "www.test.": "192.0.2.8" }),
  }, "www.test");
  assertEquals(steps.at(-1)?.notes, [
    "servers of test. respond differently: ns.test. (192.0.2.2): answer A 192.0.2.9; ns2.test. (192.0.2.3): answer A 192.0.2.8",
    "ns9.test. is in test. itself, and the zone above has no address of it",
    "only the zone above names ns2.test., ns9.test. as server of test.",
  ]);
});

Deno.test("traceDelegation: DS records are those of the zone above", async () => {
  const parent: Responder = (name, type) =>
    name === "sub.test." && type === "DS"
      ? { authoritative: true, answers: [{ name, type: "DS", ttl: 1, data: `1 13 2 ${"00".repeat(32)}` }] }
      : refer("sub.test.", { "ns.sub.test.": "192.0.2.3" });
  const { outcome, zone: last } = await follow({ "192.0.2.1": root, "192.0.2.2": parent }, "sub.test", { type: "DS" });
  assertEquals([outcome, last], ["answer", "test."]);
});

Deno.test("traceDelegation: the signal and the time end it", async () => {
  const never = { ask: () => new Promise<never>(() => {}), root: ROOT };
  await assertRejects(() => traceDelegation("a.test", "A", { ...never, timeout: 20 }), TimeoutError);
  const signal = AbortSignal.abort(new Error("stopped"));
  await assertRejects(() => traceDelegation("a.test", "A", { ...never, signal }), Error, "stopped");
});

Deno.test("rootServersOf: servers with addresses, or an error", () => {
  assertEquals(rootServers().length, 13);
  assert(rootServers().every(({ addresses }) => addresses.length === 2));
  const records = [...ns(".", "a.", "b."), a("a.", "192.0.2.1"), a("c.", "192.0.2.2")].map((record) =>
    recordFrom(record)
  );
  assertEquals(rootServersOf(records), [{ name: "a.", addresses: ["192.0.2.1"] }, { name: "b.", addresses: [] }]);
  assertEquals(assertThrows(() => rootServersOf(records.slice(0, 2)), UsageError).code, "invalid-root-hints");
});

Deno.test("nextLabels: one label at a time, then several, and at most ten questions about shortened names", () => {
  for (const total of [0, 1, 2, 5, 11, 30, 127]) {
    let [known, asked] = [0, 0];
    for (; nextLabels(total, known, asked) < total; asked++) {
      const next = nextLabels(total, known, asked);
      assert(next > known);
      if (asked < 4) assertEquals(next, known + 1);
      known = next;
    }
    assert(asked <= 10, `${total}: ${asked}`);
  }
  assertEquals(lastLabels("a\\.b.c.test.", 2), "c.test.");
  assertEquals(lastLabels("a.", 0), ".");
});
