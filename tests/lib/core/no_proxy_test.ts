import { assertEquals } from "@std/assert";
import { proxyFromEnvironment } from "../../../lib/core/mod.ts";

/** A list, a host, its port, and whether the list takes the host off the proxy. */
const CASES: readonly (readonly [list: string, host: string, port: number, direct: boolean])[] = [
  ["", "example.com", 80, false],
  ["*", "example.com", 80, true],
  ["other.test,*", "example.com", 80, true],
  ["*:81", "example.com", 80, false],
  ["example.com", "example.com", 80, true],
  ["EXAMPLE.com.", "www.example.COM.", 80, true],
  [".example.com", "example.com", 80, true],
  ["*.example.com", "a.b.example.com", 80, true],
  ["example.com", "notexample.com", 80, false],
  ["a, b\texample.com", "example.com", 80, true],
  ["example.com:8080", "example.com", 8080, true],
  ["example.com:8080", "example.com", 80, false],
  [".", "example.com", 80, false],
  ["10.0.0.1", "10.0.0.1", 80, true],
  ["0.0.1", "10.0.0.1", 80, false],
  ["10.0.0.1:81", "10.0.0.1", 80, false],
  ["10.0.0.0/8", "10.255.0.1", 80, true],
  ["10.0.0.0/8", "11.0.0.1", 80, false],
  ["10.0.0.0/9", "10.128.0.1", 80, false],
  ["10.1.2.3/8", "10.9.9.9", 80, true],
  ["192.168.1.0/31", "192.168.1.1", 80, true],
  ["192.168.1.0/31", "192.168.1.2", 80, false],
  ["0.0.0.0/0", "192.0.2.1", 80, true],
  ["0.0.0.0/0", "example.com", 80, false],
  ["0.0.0.0/0", "::1", 80, false],
  ["10.0.0.0/33", "10.0.0.1", 80, false],
  ["10.0.0.0/", "10.0.0.1", 80, false],
  ["10.0.0.0/x", "10.0.0.1", 80, false],
  ["10.0.0.0/8:81", "10.0.0.1", 81, true],
  ["10.0.0.0/8:81", "10.0.0.1", 80, false],
  ["::1", "::1", 80, true],
  ["[::1]", "::1", 80, true],
  ["[::1]:80", "::1", 80, true],
  ["[::1]:81", "::1", 80, false],
  ["0:0:0:0:0:0:0:1", "::1", 80, true],
  ["fd00::/8", "fdff::1", 80, true],
  ["fd00::/8", "fe00::1", 80, false],
  ["[fd00::]/8:80", "fd12::1", 80, true],
  ["2001:db8::/33", "2001:db8:8000::1", 80, false],
  ["fe80::/10", "fe80::1%eth0", 80, true],
  ["::/0", "2001:db8::1", 80, true],
  ["10.0.0.0/8", "::ffff:10.1.2.3", 80, true],
  ["::ffff:10.0.0.0/104", "10.1.2.3", 80, true],
  ["::ffff:10.0.0.1", "10.0.0.1", 80, true],
];

for (const [list, host, port, direct] of CASES) {
  Deno.test(`NO_PROXY=${JSON.stringify(list)}: ${host}, port ${port}`, () => {
    for (const [no, all] of [["NO_PROXY", "ALL_PROXY"], ["no_proxy", "all_proxy"]] as const) {
      const environment: Record<string, string> = { [no]: list, [all]: "proxy.test:3128" };
      assertEquals(proxyFromEnvironment(host, (name) => environment[name], port) === undefined, direct);
    }
  });
}
