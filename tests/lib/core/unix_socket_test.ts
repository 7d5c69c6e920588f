import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { connect, listen } from "../../../mod.ts";
import {
  Acceptor,
  bindUnix,
  dial,
  parseAddress,
  removeStaleSocket,
  SystemError,
  UsageError,
} from "../../../lib/core/mod.ts";
import { echoDatagrams, listenDatagrams, sendDatagrams } from "../../../lib/udp/mod.ts";
import { DatagramSocket } from "../../../lib/udp/socket/socket.ts";
import { serveHttp } from "../../../lib/http/mod.ts";
import { withFolder } from "../../kit/folder.ts";

const onLinux = (name: string, fn: (folder: string) => Promise<void>) =>
  Deno.test({ name, ignore: Deno.build.os !== "linux", fn: () => withFolder(fn) });

const openStream = (path: string) => Deno.listen({ transport: "unix", path });
const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

/** Leaves the socket of a server that is gone: a socket keeps its file when it was moved before it was closed. */
function leaveStale(folder: string, type: "stream" | "datagram" = "stream"): string {
  const path = `${folder}/stale`;
  if (type === "datagram") {
    Deno.listenDatagram({ transport: "unixpacket", path }).close();
  } else {
    const listener = openStream(`${folder}/before`);
    Deno.renameSync(`${folder}/before`, path);
    listener.close();
  }
  assert(Deno.lstatSync(path).isSocket);
  return path;
}

/** All servers that listen on a unix socket. */
const OWNERS: readonly (readonly [name: string, open: (path: string) => Promise<{ close(): unknown }>])[] = [
  ["bindUnix", (path) => Promise.resolve(bindUnix(path, openStream))],
  ["an acceptor", (path) => Promise.resolve(new Acceptor({ transport: "unix", path }))],
  ["tcp listen", (path) => closable(listen(`unix:${path}`))],
  ["tcp listen as a pipe", (path) => closable(listen(`unix:${path}`, { keep: true }))],
  ["serve", (path) => closable(serveHttp(`unix:${path}`, () => new Response("x")))],
  ["a datagram socket", (path) => Promise.resolve(new DatagramSocket({ transport: "unix", path }))],
  ["udp listen", async (path) => closable(await listenDatagrams(`unix:${path}`))],
  ["udp echo", async (path) => closable(await echoDatagrams(`unix:${path}`))],
];

function closable(server: { shutdown(): Promise<void> }): Promise<{ close(): Promise<void> }> {
  return Promise.resolve({ close: () => server.shutdown() });
}

for (const [name, open] of OWNERS) {
  onLinux(`${name} removes its own socket file, and nothing that took its path`, async (folder) => {
    const path = `${folder}/s`;
    await (await open(path)).close();
    assertEquals(names(folder), []);
    const stream = await open(path);
    Deno.removeSync(path);
    using _other = openStream(path);
    await stream.close();
    (await Deno.connect({ transport: "unix", path })).close();
    const second = await open(`${path}2`);
    Deno.removeSync(`${path}2`);
    Deno.writeTextFileSync(`${path}2`, "other");
    await second.close();
    assertEquals(names(folder), ["s", "s2"]);
  });

  onLinux(`${name} never replaces what is in use or not a socket`, async (folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "kept");
    Deno.mkdirSync(`${folder}/folder`);
    Deno.symlinkSync("gone", `${folder}/link`);
    using _live = openStream(`${folder}/live`);
    const datagrams = Deno.listenDatagram({ transport: "unixpacket", path: `${folder}/datagrams` });
    const before = names(folder);
    for (const taken of before) {
      const error = await assertRejects(async () => void await open(`${folder}/${taken}`), SystemError);
      assertEquals(error.code, "address-in-use");
      const kind = taken === "live" || taken === "datagrams"
        ? /address already in use$/
        : /not a socket has this path$/;
      assertMatch(error.message, kind);
      assertEquals(names(folder), before);
    }
    (await Deno.connect({ transport: "unix", path: `${folder}/live` })).close();
    datagrams.close();
  });
}

onLinux("a path is as long as the system permits, and no longer", async (folder) => {
  const open: ((path: string) => { close(): void })[] = [
    openStream,
    (path) => Deno.listenDatagram({ transport: "unixpacket", path }),
  ];
  for (const [length, code] of [[90, ""], [107, ""], [108, "name-too-long"], [200, "name-too-long"]] as const) {
    const path = `${folder}/${"é".repeat((length - folder.length - 1) >> 1)}`.padEnd(length, "x");
    const bytes = path.slice(0, path.length - (new TextEncoder().encode(path).length - length));
    for (const openAt of open) {
      try {
        bindUnix(bytes, openAt).close();
        assertEquals(code, "", `${length}`);
      } catch (error) {
        assert(error instanceof SystemError);
        assertEquals(error.code, code, `${length}`);
      }
      assertEquals(names(folder), []);
    }
  }
  const deep = `${folder}/${"d".repeat(100 - folder.length)}`;
  await Deno.mkdir(deep);
  // There is no room for the private folder.
  bindUnix(`${deep}/s`, openStream).close();
  const error = assertThrows(() => bindUnix(`${deep}/s`, openStream, { mode: 0o600 }), SystemError);
  assertEquals([error.code, names(deep)], ["name-too-long", []]);
});

for (const type of ["stream", "datagram"] as const) {
  onLinux(`the ${type} socket of a server that is gone is removed`, async (folder) => {
    const path = leaveStale(folder, type);
    assertEquals(await removeStaleSocket(path, type), true);
    assertEquals([await removeStaleSocket(path, type), names(folder)], [false, []]);
  });
}

onLinux("looking for a stale socket does not reach a server in use, and removes nothing else", async (folder) => {
  using stream = openStream(`${folder}/stream`);
  const datagrams = Deno.listenDatagram({ transport: "unixpacket", path: `${folder}/datagrams` });
  Deno.writeTextFileSync(`${folder}/file`, "kept");
  const before = names(folder);
  assertEquals(await removeStaleSocket(`${folder}/stream`, "stream"), false);
  assertEquals(await removeStaleSocket(`${folder}/datagrams`, "datagram"), false);
  assertEquals(await removeStaleSocket(`${folder}/file`, "stream"), false);
  assertEquals(await removeStaleSocket(`${folder}/nothing`, "stream"), false);
  assertEquals(names(folder), before);
  const [client, served] = await Promise.all([
    Deno.connect({ transport: "unix", path: `${folder}/stream` }),
    stream.accept(),
  ]);
  await client.write(new Uint8Array([7]));
  const byte = new Uint8Array(1);
  assertEquals([await served.read(byte), byte[0]], [1, 7]);
  [client, served].forEach((conn) => conn.close());
  datagrams.close();
});

onLinux("of many that start on the socket of a dead server exactly one gets the path", async (folder) => {
  for (let round = 0; round < 20; round++) {
    const path = leaveStale(folder);
    const started = await Promise.all(Array.from({ length: 6 }, async () => {
      await removeStaleSocket(path, "stream");
      try {
        return bindUnix(path, openStream);
      } catch (error) {
        assert(error instanceof SystemError);
        assertEquals(error.code, "address-in-use");
        return undefined;
      }
    }));
    const winners = started.filter((one) => one !== undefined);
    assertEquals(winners.length, 1);
    (await Deno.connect({ transport: "unix", path })).close();
    winners.forEach((one) => one.close());
    assertEquals(names(folder), []);
  }
});

onLinux("a datagram server replaces the socket of a dead one, a sender's own path as well", async (folder) => {
  const path = leaveStale(folder, "datagram");
  await using server = await echoDatagrams(`unix:${path}`);
  assertEquals(server.addr, { transport: "unixpacket", path });
  Deno.listenDatagram({ transport: "unixpacket", path: `${folder}/own` }).close();
  const { replies } = await sendDatagrams(server.addr, { payloads: ["x"], wait: 5000, from: `unix:${folder}/own` });
  assertEquals(replies, 1);
});

onLinux("a socket gets its mode and owner where only we can reach it", async (folder) => {
  const path = `${folder}/s`;
  const apart: string[] = [];
  const open = (at: string) => {
    const above = at.slice(0, at.lastIndexOf("/"));
    apart.push(at);
    assertEquals((Deno.lstatSync(above).mode ?? 0) & 0o777, 0o700);
    assertEquals(names(folder).includes("s"), false);
    return openStream(at);
  };
  const me = Deno.lstatSync(folder);
  const bound = bindUnix(path, open, { mode: 0o620, uid: me.uid ?? undefined, gid: me.gid ?? undefined });
  assertEquals([apart.length, apart[0] === path], [1, false]);
  const file = Deno.lstatSync(path);
  assertEquals([(file.mode ?? 0) & 0o777, file.uid, names(folder)], [0o620, me.uid, ["s"]]);
  bound.close();
  for (const make of [listenDatagrams, echoDatagrams]) {
    await using server = await make(`unix:${path}`, { socketFile: { mode: 0o600 } });
    assertEquals([(Deno.lstatSync(path).mode ?? 0) & 0o777, server.address], [0o600, `unix:${path}`]);
  }
  await using server = listen(`unix:${path}`, { socketFile: { mode: 0o606 }, onConnection: (c) => c.send("hi") });
  assertEquals([(Deno.lstatSync(path).mode ?? 0) & 0o777, server.addr], [0o606, { transport: "unix", path }]);
  await using client = await connect(server.addr);
  assertEquals(await client.receive(), "hi");
});

/** Every door that takes an address. */
const DOORS: readonly (readonly [name: string, use: (address: string) => unknown])[] = [
  ["parseAddress", (address) => parseAddress(address)],
  ["dial", (address) => dial(address)],
  ["connect", (address) => connect(address)],
  ["listen", (address) => listen(address)],
  ["listen with a path", (address) => listen({ transport: "unix", path: address.slice("unix:".length) })],
  ["serve", (address) => serveHttp(address, () => new Response(""))],
  ["sendDatagrams", (address) => sendDatagrams(address, { payloads: ["x"] })],
  ["listenDatagrams", (address) => listenDatagrams(address)],
  ["echoDatagrams", (address) => echoDatagrams(address)],
];

for (const [name, use] of DOORS) {
  Deno.test(`${name} refuses an abstract socket`, async () => {
    for (const address of ["unix:@x", "unix:\0x"]) {
      const error = await assertRejects(async () => void await use(address), UsageError);
      assertEquals(error.code, "abstract-socket");
      assertMatch(error.message, /^unix:@x: abstract sockets are not supported; for a file .* write unix:\.\/@x$/);
    }
  });
}

Deno.test("an empty path and a NUL in one are refused", () => {
  assertThrows(() => parseAddress("unix:"), UsageError, "has no path");
  assertThrows(() => parseAddress("unix:/a\0b"), UsageError, "NUL");
  assertThrows(() => listen({ transport: "unix", path: "" }), UsageError, "has no path");
});
