import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { fromSystem, networkCall, NetworkError, ToucanError } from "../../../lib/core/mod.ts";
import { withFolder } from "../../kit/folder.ts";

/** Name, code and message of an error. */
type Thrown = readonly [name: string, code: string, message: string];

/** Error of a call of the runtime for an address, by version where that differs, and its error codes here. */
interface Row {
  readonly call: string;
  readonly what: string;
  readonly address?: string;
  readonly thrown?: Thrown;
  readonly "2.7"?: Thrown;
  readonly "2.9"?: Thrown;
  readonly codes: readonly string[];
}

/** Collected as an ordinary user in a network namespace that only has loopback; `DIR` stands for a folder. */
const ROWS: readonly Row[] = (await Deno.readTextFile(new URL("../../data/core/runtime_errors.jsonl", import.meta.url)))
  .trim().split("\n").map((line) => JSON.parse(line));

const DOING: Readonly<Record<string, string>> = {
  connect: "connect to",
  connectTls: "connect to",
  startTls: "connect to",
  listen: "listen on",
  listenDatagram: "listen on",
  send: "send to",
  resolveDns: "resolve",
  resolveDnsNs: "resolve",
  "node:lookup": "look up",
  "unix connect": "connect to",
  "unix listen": "listen on",
  "unixpacket listen": "listen on",
  "unixpacket send": "send to",
};

const CLASSES: Readonly<Record<string, new (message: string) => Error>> = {
  ...Deno.errors,
  TypeError,
  RangeError,
  URIError,
};

function errorOf([name, code, message]: Thrown): Error {
  const Class = CLASSES[name] ?? Error;
  return Object.assign(new Class(message), code === "" ? {} : { code });
}

/** The error as it comes out of a call of the runtime's network API. */
function outOfCall(error: Error): unknown {
  try {
    return networkCall(() => {
      throw error;
    });
  } catch (caught) {
    return caught;
  }
}

function thrownIn({ thrown, "2.7": old, "2.9": current }: Row): readonly Thrown[] {
  return [thrown, old, current].filter((one) => one !== undefined);
}

Deno.test("fromSystem has a code for every error of the runtime about odd addresses, on each version", () => {
  assert(new Set(ROWS.map(({ what }) => what)).size > 60);
  for (const row of ROWS) {
    const codes = new Set<string>();
    for (const thrown of thrownIn(row)) {
      const known = fromSystem(outOfCall(errorOf(thrown)), { doing: DOING[row.call] ?? "", what: "x" });
      assertInstanceOf(known, ToucanError, `${row.call} ${row.what}: ${thrown}`);
      codes.add(known.code);
      assert(!known.message.includes("(os error"), known.message);
    }
    assertEquals([...codes].join(), row.codes.join(), `${row.call} ${row.what}`);
  }
});

Deno.test("a message of the runtime that no table knows becomes a network error in its words", () => {
  for (const error of [new TypeError("Flux inverted"), new Error("Flux inverted (os error 4711)")]) {
    const known = fromSystem(outOfCall(error), { doing: "connect to", what: "x:1" });
    assertInstanceOf(known, NetworkError);
    assertEquals([known.message, known.code], ["cannot connect to x:1: flux inverted", "network-error"]);
  }
  const reason = new TypeError("no more");
  const stopped = AbortSignal.abort(reason);
  try {
    networkCall(() => stopped.throwIfAborted(), stopped);
  } catch (error) {
    assertEquals(fromSystem(error, { doing: "connect to", what: "x:1" }), reason);
  }
});

/** Rows that neither a name server nor a route nor a user's rights change. */
const STEADY = ROWS.filter(({ call, what, address, codes }) =>
  address !== undefined && !["noperm", "rel", "ro", "dead", "fifo", "nul", "empty"].includes(what) &&
  !/^\d+$/.test(what) &&
  (call.startsWith("unix") || (/^(?:connect|listen|listenDatagram)$/.test(call) && codes.includes("invalid-name")))
);

const CALLS: Readonly<Record<string, (address: string, folder: string) => unknown>> = {
  connect: (hostname) => Deno.connect({ hostname, port: 1 }),
  listen: (hostname) => Deno.listen({ hostname, port: 0 }),
  listenDatagram: (hostname) => Deno.listenDatagram({ transport: "udp", hostname, port: 0 }),
  "unix connect": (path) => Deno.connect({ transport: "unix", path }),
  "unix listen": (path) => Deno.listen({ transport: "unix", path }),
  "unixpacket listen": (path) => Deno.listenDatagram({ transport: "unixpacket", path }),
  async "unixpacket send"(path, folder) {
    const own = `${folder}/own`;
    const socket = Deno.listenDatagram({ transport: "unixpacket", path: own });
    try {
      await socket.send(new Uint8Array(1), { transport: "unixpacket", path });
    } finally {
      socket.close();
      Deno.removeSync(own);
    }
  },
};

Deno.test({
  name: "this runtime throws for odd addresses what the table has",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    withFolder(async (folder) => {
      Deno.writeTextFileSync(`${folder}/file`, "");
      Deno.symlinkSync("loop", `${folder}/loop`);
      Deno.symlinkSync("gone", `${folder}/dangling`);
      using _stream = Deno.listen({ transport: "unix", path: `${folder}/live` });
      const datagrams = Deno.listenDatagram({ transport: "unixpacket", path: `${folder}/dgram` });
      const version = /^2\.[0-7]\./.test(Deno.version.deno) ? "2.7" : "2.9";
      assert(STEADY.length > 80);
      for (const row of STEADY) {
        const expected = row.thrown ?? row[version];
        if (!expected) continue;
        const address = (row.address ?? "").replace("DIR", folder);
        const got = await Promise.try(() => CALLS[row.call]?.(address, folder)).then(() => "nothing", (error) => error);
        const [name, code, message] = expected;
        assertEquals(
          [got.name, got.code ?? "", got.message],
          [name, code, message.replaceAll("DIR", folder)],
          `${row.call} ${row.what}`,
        );
      }
      datagrams.close();
    }),
});
