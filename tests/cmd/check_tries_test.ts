import { assert, assertEquals } from "@std/assert";
import { DNS_TRIES } from "../../cmd/check/tries/dns.ts";
import { LINK_TRIES } from "../../cmd/check/tries/link.ts";
import { MAIL_TRIES } from "../../cmd/check/tries/mail.ts";
import { NAME_TRIES } from "../../cmd/check/tries/name.ts";
import { REACH_TRIES } from "../../cmd/check/tries/reach.ts";
import { TLS_TRIES } from "../../cmd/check/tries/tls.ts";
import { HTTP_TRIES } from "../../cmd/check/tries/http.ts";
import { type Given, NOTHING_GIVEN } from "../../cmd/check/tries/given.ts";
import { shellWord } from "../../cmd/check/tries/shell_word.ts";
import { triesOf } from "../../cmd/check/tries/tries.ts";
import { withGiven } from "../../cmd/check/tries/with_given.ts";
import { type FindingData, parseCheckTarget, type Target } from "../../lib/check/mod.ts";
import { FINDINGS } from "../../lib/check/words/findings.ts";
import { parseVerb } from "../../lib/cli/grammar/parse.ts";
import type { Verb } from "../../lib/cli/mod.ts";
import { records, verbsOf } from "../../scripts/records.ts";

const VERBS: ReadonlyMap<string, Verb> = new Map(
  (await records()).flatMap((command) =>
    verbsOf(command).map(([words, verb]) => [[command.name, ...words].join(" "), verb] as const)
  ),
);

/** Fails unless a command line is that of a tool here, with options and values that are accepted. */
function assertRuns(line: string | readonly string[]): void {
  const words = typeof line === "string" ? line.split(" ") : line;
  const path = [words.slice(0, 2).join(" "), words[0] ?? ""].find((path) => VERBS.has(path));
  const verb = path === undefined ? undefined : VERBS.get(path);
  assert(verb && path, `there is no ${line}`);
  const { operands } = parseVerb(verb, words.slice(path.split(" ").length));
  if (path === "check") operands.forEach((operand) => parseCheckTarget(operand));
}

const ENCRYPTED = "--server tls://192.0.2.53:853#dns.test".replace(/(\S*#\S*)/, '"$1"');
const RULES = "--resolve a.test:443:192.0.2.1 --connect-to a.test:25:192.0.2.2:2525";
const RESOLVE = `resolve ${ENCRYPTED} --cacert "own ca.pem" --type MX a.test`;
const CHECK = `check ${ENCRYPTED} --cacert "own ca.pem" -4 ${RULES} --dkim-selector s1 --timeout 30s mail:a.test`;
const DETAILS = "resolve --server 192.0.2.53:53 -4 --details a.test";
const GET = `get --cacert "own ca.pem" -4 ${RULES} --head https://a.test:443/`;
const LED_GET = "get --resolve a.test:443:192.0.2.1 --head https://a.test:443/";
const CONNECT = `tcp connect --cacert "own ca.pem" --tls -v --sni a.test 192.0.2.1:443`;
const BY_HAND = "tcp connect --crlf 192.0.2.1:2525";
const MACHINE = "check --server 192.0.2.53:53";

/** Options of checks. */
const GIVEN: readonly Given[] = [
  NOTHING_GIVEN,
  { ...NOTHING_GIVEN, family: 4, cacert: "ca.pem", resolve: ["*:443:[::1]"], connectTo: ["[::1]:25:[::1]:2525"] },
  { ...NOTHING_GIVEN, family: 6, servers: ["192.0.2.1:53", "https://dns.test/dns-query"], selectors: ["a", "b"] },
  { ...NOTHING_GIVEN, servers: ["tls://[::1]:853#dns.test"], cacert: "a b", place: { address: "::1", port: 8443 } },
];

const TABLES = Object.entries({
  ...LINK_TRIES,
  ...NAME_TRIES,
  ...REACH_TRIES,
  ...MAIL_TRIES,
  ...DNS_TRIES,
  ...HTTP_TRIES,
});
const SERVICES = ["smtp", "smtps", "imap", "pop3s", "ftp", "nntp", "irc", "dns", "dot", "doh"];
const TARGETS = [
  ...SERVICES.map((scheme) => `${scheme}://[::1]:1234/zone.test`),
  "mail:a.test",
  "a.test",
  "tcp://a.test:80",
].map(parseCheckTarget);

Deno.test("check: the commands to try are those of these tools", () => {
  const golden = new URL("../golden/check/", import.meta.url);
  const lines = [...Deno.readDirSync(golden)].flatMap(({ name }) =>
    Deno.readTextFileSync(new URL(name, golden)).matchAll(/^try: toucan (.*)$/gm).map(([, line = ""]) =>
      line.replaceAll('"', "")
    ).toArray()
  );
  assert(lines.length > 50);
  for (const line of lines) {
    assertRuns(line.replaceAll("PORT", "1234").replace(/--pin (?:sha256:)?PIN/, `--pin sha256:${"A".repeat(43)}=`));
  }
});

Deno.test("check: commands to try, for every code and target", () => {
  const data = {
    ...{ domain: "a.test", host: "mx.a.test", name: "a.test._report._dmarc.b.test", selector: "s1", zone: "a.test" },
    ...{ address: "192.0.2.1", found: "HTTP", port: 8080, protocol: "HTTP", family: "IPv6" },
    ...{
      url: "https://a.test/x",
      to: "http://b.test/",
      servers: ["192.0.2.53:53", "[::1]:53"],
      server: "192.0.2.53:53",
      target: "b.test",
    },
  };
  const tls = Object.entries(TLS_TRIES).map(([code, tries]) =>
    [code, (data: FindingData, target: Target) => tries({ ...data, pin: `sha256:${"A".repeat(43)}=` }, target)] as const
  );
  for (const [code, tries] of [...TABLES, ...tls]) {
    assert(code in FINDINGS, code);
    for (const target of TARGETS) {
      for (const given of GIVEN) tries(data, target).forEach((line) => assertRuns(withGiven(line, given, target)));
    }
  }
});

Deno.test("check: commands to try have what the check was given", () => {
  const all: Given = {
    servers: ["tls://192.0.2.53:853#dns.test"],
    cacert: "own ca.pem",
    family: 4,
    resolve: ["a.test:443:192.0.2.1"],
    connectTo: ["a.test:25:192.0.2.2:2525"],
    selectors: ["s1"],
  };
  const place = { address: "192.0.2.1", port: 443 };
  const rows: readonly (readonly [code: string, data: FindingData, target: string, given: Given, expected: string])[] =
    [
      ["mx-missing", { domain: "a.test" }, "mail:a.test", all, RESOLVE],
      ["probe-timed-out", {}, "mail:a.test", all, CHECK],
      ["resolver-silent", { server: "192.0.2.53:53" }, "a.test", all, "resolve --server 192.0.2.53:53 --type NS ."],
      ["name-not-found", { name: "a.test" }, "a.test", { ...all, servers: ["192.0.2.53:53"] }, DETAILS],
      ["http-status", {}, "https://a.test/", { ...all, place }, GET],
      ["http-status", {}, "https://a.test/", { ...NOTHING_GIVEN, servers: ["192.0.2.53:53"], place }, LED_GET],
      ["tls-cut", {}, "https://a.test/", { ...all, place }, CONNECT],
      ["port-refused", { address: "192.0.2.1", port: 443 }, "https://a.test/", all, "tcp check 192.0.2.1:443"],
      ["greeting-silent", {}, "smtp://a.test", { ...all, place: { address: "192.0.2.1", port: 2525 } }, BY_HAND],
      ["no-interface", {}, "a.test", { ...NOTHING_GIVEN, family: 6, servers: ["192.0.2.53:53"] }, MACHINE],
    ];
  for (const [code, data, text, given, expected] of rows) {
    const target = parseCheckTarget(text);
    const [line = ""] = triesOf({ code, data }, target, given);
    assertEquals(line, `toucan ${expected}`, code);
  }
});

Deno.test("check: commands to try arrive in a shell as they are meant", async () => {
  const words = [
    "[::1]:25",
    "own ca.pem",
    "it's $HOME `x` \\",
    '"',
    "#",
    "a*?.pem",
    "tls://192.0.2.1#a.test",
    "",
    "100%",
  ];
  const script = `printf '%s\\n' ${words.map(shellWord).join(" ")}`;
  const { stdout } = await new Deno.Command("sh", { args: ["-c", script] }).output();
  assertEquals(new TextDecoder().decode(stdout), words.map((word) => `${word}\n`).join(""));
});

Deno.test("check: no command to try has text of a peer that a shell or a tool would take for more", () => {
  for (
    const evil of ["$(reboot)", "a;reboot", "a b", "--output=x", "`x`", "a\nb", "", "a'b", "\u202ea", "x".repeat(400)]
  ) {
    const data = {
      domain: evil,
      host: evil,
      name: evil,
      selector: evil,
      zone: evil,
      address: evil,
      found: evil,
      server: evil,
    };
    for (const [code, tries] of TABLES) {
      for (const target of TARGETS) {
        const lines = tries(data, target);
        assertEquals(lines.filter((line) => !/^[\w :\/.@\[\],-]*$/.test(line)), [], code);
        if (evil !== "") assertEquals(lines.filter((line) => line.includes(evil)), [], code);
      }
    }
  }
});
