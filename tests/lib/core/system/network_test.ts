import { assertEquals, assertThrows } from "@std/assert";
import { parseAddress, unixPath } from "../../../../lib/core/address/address.ts";
import { hostToBind } from "../../../../lib/core/address/bind.ts";
import { UsageError } from "../../../../lib/core/errors/errors.ts";
import { causeOf } from "../../../../lib/core/errors/system_causes.ts";
import { errorName } from "../../../../lib/core/system/error_numbers.ts";
import type { Os } from "../../../../lib/core/system/os.ts";
import { onReloadSignal } from "../../../../lib/core/system/reload_signal.ts";
import { onStopSignal } from "../../../../lib/core/system/stop_signals.ts";
import { maxSocketPath } from "../../../../lib/core/system/unix_sockets.ts";
import { listeningHost, parseGroup } from "../../../../lib/udp/socket/group.ts";
import { windowsConfig } from "../../../../lib/dns/system/windows_config.ts";

/** Signals that Windows has in a version of the runtime. */
function listening(os: Os, refused: readonly string[] = []): Record<string, () => void> {
  const found: Record<string, () => void> = {};
  onStopSignal((signal) => stops.push(signal), os, (signal, listener) => {
    if (refused.includes(signal)) throw new TypeError(`Windows only supports ctrl-c (SIGINT), …, but got ${signal}`);
    found[signal] = listener;
  });
  return found;
}
const stops: string[] = [];

Deno.test("stop signals: SIGINT and SIGTERM; on Windows also Ctrl-Break and the closed window", () => {
  assertEquals(Object.keys(listening("linux")), ["SIGINT", "SIGTERM"]);
  assertEquals(Object.keys(listening("darwin")), ["SIGINT", "SIGTERM"]);
  const windows = listening("windows");
  assertEquals(Object.keys(windows), ["SIGINT", "SIGTERM", "SIGBREAK", "SIGHUP"]);
  stops.length = 0;
  for (const listener of Object.values(windows)) listener();
  assertEquals(stops, ["SIGINT", "SIGTERM", "SIGINT", "SIGTERM"]);
});

Deno.test("stop signals: what an earlier runtime does not support on Windows is left out", () => {
  assertEquals(Object.keys(listening("windows", ["SIGTERM", "SIGHUP"])), ["SIGINT", "SIGBREAK"]);
  assertThrows(() => listening("linux", ["SIGTERM"]), TypeError);
});

Deno.test("reload signal: SIGHUP reloads, unless the terminal is gone; never on Windows", () => {
  const done: string[] = [];
  let open = true;
  const listeners: (() => void)[] = [];
  const system = {
    add: (_: Deno.Signal, listener: () => void) => void listeners.push(listener),
    streams: [{ isTerminal: () => open }, { isTerminal: () => false }],
  };
  const exit = (code: number) => void done.push(`exit ${code}`);
  const reload = () => void done.push("reload");
  onReloadSignal(reload, exit, "windows", system);
  assertEquals(listeners, []);
  onReloadSignal(reload, exit, "linux", system);
  listeners[0]?.();
  open = false;
  listeners[0]?.();
  // Without a terminal there is none to lose.
  onReloadSignal(reload, exit, "linux", system);
  listeners[1]?.();
  assertEquals(done, ["reload", "exit 129", "reload"]);
});

Deno.test("unix sockets: a usage error on Windows", () => {
  const error = assertThrows(() => unixPath("C:\\s.sock", "windows"), UsageError);
  assertEquals(error.message, "cannot use unix:C:\\s.sock: unix sockets are not supported on Windows");
  assertEquals(error.code, "unix-sockets-missing");
  assertEquals(parseAddress("unix:/s.sock"), unixPath("/s.sock", "darwin"));
  assertEquals((["linux", "darwin", "freebsd"] as const).map(maxSocketPath), [107, 103, 103]);
});

Deno.test("listening on all addresses: Windows binds :: for IPv6 alone", () => {
  assertEquals(hostToBind("*", undefined, "windows"), "0.0.0.0");
  assertEquals([hostToBind("*", 6, "windows"), hostToBind("*", 4, "windows")], ["::", "0.0.0.0"]);
  assertEquals(hostToBind("::", undefined, "windows"), "::");
});

Deno.test("listening for a multicast group: Windows cannot bind to it", () => {
  const groups = [parseGroup("239.1.2.3")];
  assertEquals([listeningHost(groups, 4, "linux"), listeningHost(groups, 4, "windows")], ["239.1.2.3", "0.0.0.0"]);
});

/** Error numbers, and their names on Linux, macOS and Windows. */
const NUMBERS: readonly (readonly [number: number, linux?: string, darwin?: string, windows?: string])[] = [
  [5, "EIO", "EIO", "EACCES"],
  [13, "EACCES", "EACCES", undefined],
  [28, "ENOSPC", "ENOSPC", undefined],
  [32, "EPIPE", "EPIPE", "EBUSY"],
  [48, undefined, "EADDRINUSE", undefined],
  [51, undefined, "ENETUNREACH", undefined],
  [61, undefined, "ECONNREFUSED", undefined],
  [65, undefined, "EHOSTUNREACH", undefined],
  [111, "ECONNREFUSED", undefined, undefined],
  [112, "EHOSTDOWN", undefined, "ENOSPC"],
  [113, "EHOSTUNREACH", undefined, undefined],
  [206, undefined, undefined, "ENAMETOOLONG"],
  [10048, undefined, undefined, "EADDRINUSE"],
  [10054, undefined, undefined, "ECONNRESET"],
  [11001, undefined, undefined, "ENOTFOUND"],
];

for (const [number, ...names] of NUMBERS) {
  Deno.test(`error number ${number} on each system`, () => {
    assertEquals((["linux", "darwin", "windows"] as const).map((os) => errorName(number, os)), [...names]);
  });
}

Deno.test("error numbers: the cause is that of the system", () => {
  const busy = new Error("The process cannot access the file because it is in use (os error 32)");
  assertEquals(causeOf(busy, "write", "a", "windows")?.[1], "busy");
  assertEquals(causeOf(busy, "write", "a", "linux")?.[1], "connection-reset");
  const away = new Error("A socket operation was attempted to an unreachable network. (os error 10051)");
  assertEquals(causeOf(away, "connect to", "a", "windows")?.[1], "network-unreachable");
  const route = new Error("No route to host (os error 65)");
  assertEquals(causeOf(route, "connect to", "a", "darwin")?.[1], "host-unreachable");
});

/** Servers that the runtime returns on Windows, and those that are asked. */
const SERVERS: readonly (readonly [what: string, list: readonly string[], hosts: readonly string[] | undefined])[] = [
  ["one of each family", ["192.0.2.53", "2001:db8::53"], ["192.0.2.53", "2001:db8::53"]],
  ["the same one for two protocols", ["192.0.2.53", "192.0.2.53"], ["192.0.2.53"]],
  ["placeholders", ["fec0:0:0:ffff::1", "192.0.2.1", "fec0:0:0:ffff::2%1", "fec0:0:0:ffff::3"], ["192.0.2.1"]],
  ["only placeholders", ["fec0:0:0:ffff::1"], undefined],
  ["none", [], undefined],
  ["more than three", ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"], ["192.0.2.1", "192.0.2.2", "192.0.2.3"]],
];

for (const [what, list, hosts] of SERVERS) {
  Deno.test(`name servers of Windows: ${what}`, () => {
    const config = windowsConfig(() => list);
    assertEquals(config?.servers.map(({ host }) => host), hosts && [...hosts]);
    if (config) assertEquals([config.search, config.servers[0]?.port], [[], 53]);
  });
}

Deno.test("name servers of Windows: a port of its own", () => {
  assertEquals(windowsConfig(() => ["192.0.2.53:5353"])?.servers, [{
    transport: "ip",
    host: "192.0.2.53",
    port: 5353,
  }]);
});

Deno.test("name servers of Windows: without the permission the runtime is asked", () => {
  const refused = () => {
    throw new Deno.errors.NotCapable('Requires sys access to "networkInterfaces"');
  };
  assertEquals(windowsConfig(refused), undefined);
});
