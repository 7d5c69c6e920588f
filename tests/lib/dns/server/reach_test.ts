import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../../lib/core/mod.ts";
import { checkReach } from "../../../../lib/dns/server/limit/reach.ts";

/** Hosts, networks, whether it forwards, and the error code; empty for none. */
const ROWS: readonly (readonly [hosts: string[], allow: string[], recursive: boolean, code: string])[] = [
  [["127.0.0.1"], [], true, ""],
  [["::1", "localhost", "127.0.0.9"], [], true, ""],
  [["0.0.0.0"], [], false, "allow-required"],
  [["127.0.0.1", "::"], [], false, "allow-required"],
  [["192.0.2.1"], ["192.0.2.0/24"], true, ""],
  [["0.0.0.0"], ["10.0.0.0/8"], true, ""],
  [["::"], ["fc00::/7"], true, ""],
  [["0.0.0.0"], ["private"], true, ""],
  [["0.0.0.0"], ["0.0.0.0/0"], false, ""],
  [["0.0.0.0"], ["0.0.0.0/0"], true, "open-resolver"],
  [["::"], ["::/0"], true, "open-resolver"],
  // Two halves, or all addresses that are in use.
  [["0.0.0.0"], ["0.0.0.0/1", "128.0.0.0/1"], true, "open-resolver"],
  [["0.0.0.0"], ["10.0.0.0/8", "192.0.0.0/7"], true, "open-resolver"],
  [["::"], ["2000::/3"], true, "open-resolver"],
  [["127.0.0.1"], ["0.0.0.0/0"], true, "open-resolver"],
];

Deno.test("checkReach: beyond loopback with a list of clients only, and no forwarding for all addresses", () => {
  for (const [hosts, allow, recursive, code] of ROWS) {
    const reach = { hosts, allow, recursive };
    if (code === "") checkReach(reach);
    else assertEquals(assertThrows(() => checkReach(reach), UsageError).code, code, `${hosts} ${allow}`);
  }
});
