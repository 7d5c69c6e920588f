import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { addressOf, parseCheckTarget, type Target } from "../../../lib/check/internal.ts";
import { UsageError } from "../../../lib/core/mod.ts";

/** Returns a target in the form of the table. */
function shown(target: Target): string {
  if (target.kind === "service") return `${target.scheme} ${addressOf(target)} ${target.path}`;
  return target.kind === "mail" ? `mail ${target.local ?? ""}@${target.domain}` : target.kind;
}

const READ: readonly (readonly [text: string, target: string])[] = [
  ["example.com", "https example.com:443 /"],
  ["example.com.", "https example.com.:443 /"],
  ["  example.com ", "https example.com:443 /"],
  ["bücher.example", "https xn--bcher-kva.example:443 /"],
  ["１.2.3.4", "https 1.2.3.4:443 /"],
  ["ex_ample.com:993", "imaps ex_ample.com:993 /"],
  ["h:22", "tcp h:22 /"],
  ["h:http", "http h:80 /"],
  ["::1", "https [::1]:443 /"],
  ["[::1]", "https [::1]:443 /"],
  ["[::1]:25", "smtp [::1]:25 /"],
  ["fe80::1%eth0", "https [fe80::1%eth0]:443 /"],
  ["http://[fe80::1%25eth0]/x", "http [fe80::1%eth0]:80 /x"],
  ["0.0.0.0", "https 0.0.0.0:443 /"],
  ["HTTPS://h?q#f", "https h:443 /?q"],
  ["http://h:080", "http h:80 /"],
  ["ada@example.com", "mail ada@example.com"],
  ["mailto:ada@example.com", "mail ada@example.com"],
  ["mail:example.com", "mail @example.com"],
];

Deno.test("check: targets are read", () => {
  for (const [text, target] of READ) assertEquals(shown(parseCheckTarget(text)), target, text);
});

const REFUSED: readonly (readonly [text: string, why: string])[] = [
  ["", "must be HOST"],
  ["a b", "must be HOST"],
  ["a\x1b[31mb", "must be HOST"],
  [`http://h/${"x".repeat(2000)}`, "longer than 2000 characters"],
  ["1.2.3.4.5", "has four numbers from 0 to 255"],
  ["256.1.1.1", "has four numbers from 0 to 255"],
  ["127.1", "has four numbers from 0 to 255"],
  ["0x7f.1:80", "has four numbers from 0 to 255"],
  ["ada@1.2.3", "has four numbers from 0 to 255"],
  ["443", "for a port write HOST:PORT"],
  ["224.0.0.1", "the address of a group"],
  ["255.255.255.255:80", "the address of a group"],
  ["ff02::1", "the address of a group"],
  ["host:99999", 'port "99999" is not a number from 1 to 65535'],
  ["host:0", 'port "0"'],
  ["http://h:٣", 'port "٣"'],
  ["https://h:443:1", 'port "443:1"'],
  ["::1]:80", "an IPv6 address with a port is [ADDRESS]:PORT"],
  ["[1.2.3.4]:80", "only IPv6 addresses have brackets"],
  [":443", "the host is missing"],
  ["http:///x", "the host is missing"],
  ["tcp://h", "tcp requires a port: tcp://HOST:PORT"],
  ["ssh://h", "tcp://HOST:PORT checks any port"],
  ["https:h", "a URL begins with https://"],
  ["tcp:h:22", "a URL begins with tcp://"],
  ["example.com/path", "a path requires a scheme"],
  ["example..com", "has an empty label"],
  [".example.com", "has an empty label"],
  [`${"a".repeat(64)}.com`, "a label has at most 63 characters"],
  [`${"a.".repeat(130)}com`, "a name has at most 253 characters"],
  ["$(id)", "is not a host name"],
  ["*.example.com", "is not a host name"],
  ["h\u202e.com", "is not a host name"],
  ["http://h\\x", "is not a host name"],
  ["mail:", "must be ADDRESS@DOMAIN or mail:DOMAIN"],
  ["mail:@b", "must be ADDRESS@DOMAIN or mail:DOMAIN"],
  ["ada@", "must be HOST"],
  ["ada@[192.0.2.1]", "is not a host name"],
  ["ada@192.0.2.1", "mail is for a domain, not for an address"],
];

Deno.test("check: what is not a target is refused, and why is said", () => {
  for (const [text, why] of REFUSED) {
    assertStringIncludes(assertThrows(() => parseCheckTarget(text), UsageError).message, why, text);
  }
});

Deno.test("check: a password in a target is refused, and not shown", () => {
  const { message } = assertThrows(() => parseCheckTarget("https://ada:secret@example.com/"), UsageError);
  assertEquals(message.includes("secret"), false);
  assertStringIncludes(message, "a check does not log in: omit user name and password");
});
