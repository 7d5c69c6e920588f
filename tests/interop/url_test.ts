import { assert, assertEquals } from "@std/assert";
import { UsageError } from "../../lib/core/mod.ts";
import { EditError, parseUrl, PARTS, pythonSplit, PythonValueError, setPart } from "../../lib/url/internal.ts";
import { hasPeer, peerTest } from "../kit/peer.ts";

/** Prints Python's result for each text of a JSON array on stdin, in the shape of the model, and the checks that it has. */
const SCRIPT = `
import json, sys
from urllib import parse
def split(text):
    try:
        s = parse.urlsplit(text)
        r = dict(scheme=s.scheme, netloc=s.netloc, path=s.path, query=s.query, fragment=s.fragment, hostname=s.hostname)
    except ValueError:
        return "ValueError"
    try:
        r["port"] = s.port
    except ValueError:
        r["port"] = "ValueError"
    return r
json.dump(dict(
    strips=parse.urlsplit("\\x01http://h").scheme == "http",
    future=split("http://[V1.x]/") != "ValueError",
    brackets=hasattr(parse, "_check_bracketed_netloc") or split("http://a[::1]/") == "ValueError",
    answers=[split(text) for text in json.load(sys.stdin)]), sys.stdout)
`;

interface Python {
  readonly strips: boolean;
  readonly brackets: boolean;
  readonly future: boolean;
  readonly answers: readonly unknown[];
}

async function python(texts: readonly string[]): Promise<Python> {
  // The system's own has the fixes of its distribution, which another that comes first in PATH may lack.
  const program = hasPeer("python3") && await Deno.stat("/usr/bin/python3").then(() => true, () => false)
    ? "/usr/bin/python3"
    : "python3";
  const process = new Deno.Command(program, { args: ["-c", SCRIPT], stdin: "piped", stdout: "piped" }).spawn();
  const fed = new Blob([JSON.stringify(texts)]).stream().pipeTo(process.stdin);
  const [{ stdout, success }] = await Promise.all([process.output(), fed]);
  assert(success);
  return JSON.parse(new TextDecoder().decode(stdout));
}

function ours(text: string): unknown {
  try {
    const { portError, port, ...parts } = pythonSplit(text);
    return { ...parts, port: portError === undefined ? port : "ValueError" };
  } catch (error) {
    if (error instanceof PythonValueError) return "ValueError";
    throw error;
  }
}

/** A version of Python without one of the fixes is another parser there: compare it only where they do not matter. */
function comparable(text: string, { strips, brackets, future }: Python): boolean {
  return (future || !/\[V/.test(text)) && (strips || !/^[\0-\x20]/.test(text)) && (brackets || !/[[\]]/.test(text));
}

async function compareAll(texts: readonly string[]): Promise<number> {
  const found = await python(texts);
  let count = 0;
  for (const [i, text] of texts.entries()) {
    if (!comparable(text, found)) continue;
    assertEquals(ours(text), found.answers[i], JSON.stringify(text));
    count++;
  }
  return count;
}

const TABLE = [
  "http://www.blogpost.com:80/index.html",
  "http://a@b@c",
  "http://good.example\\@evil.example/",
  "http:/x",
  "http:x",
  "//h/x",
  "/a?b#c?d",
  "http://1.1.1.1 &@2.2.2.2# @3.3.3.3/",
  "http://[::1]%25/",
  "http://[::1%25]/",
  "http://[::1%]/",
  "http://[fe80::1%Eth0]:8/",
  "http://[::1]x:8/",
  "http://x[::1]/",
  "http://[v1.x]/",
  "http://[V1.x]/",
  "http://[v.x]/",
  "http://[1.2.3.4]/",
  "http://[::1.2.3.4]/",
  "http://[1:2:3:4:5:6:7::]/",
  "http://[::1]:80@h/",
  "http://u[p]@h/",
  "http://[::1",
  "http://::1]",
  "http://h:/",
  "http://h:0/",
  "http://h:65535/",
  "http://h:65536/",
  "http://h:+1/",
  "http://h:1_0/",
  "http://h:٣/",
  "http://h:80:81/",
  "http://H%41:80/",
  "http://BÜCHER.example/",
  "http://h℀/",
  "http://h／x/",
  "http://u℀@h/",
  "ht\ntp://h\t:8\r0/",
  "\x01 http://h/ ",
  "1http://h/",
  "a+.-1://h",
  "é://h",
  ":x",
  "",
  "git@github.com:a/b.git",
  "mailto:a@b?c#d",
  "http://h?#",
  "http://#@x",
  "http://?@x",
];

peerTest("urlsplit is what Python's is: a table", ["python3"], async () => {
  assert(await compareAll(TABLE) > 30);
});

/** Numbers from 0 to 1, the same in every run. */
function* numbers(seed: number): Generator<number, never> {
  // Mulberry32.
  for (let state = seed;;) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

peerTest("urlsplit is what Python's is: five thousand odd texts", ["python3"], async () => {
  const random = numbers(3986);
  const pick = <T>(from: readonly T[]): T => {
    const one = from[Math.floor(random.next().value * from.length)];
    assert(one !== undefined);
    return one;
  };
  const pieces = [
    ..."/:?#@[]%\\ \t\n&=.",
    ...[
      "http",
      "HTTPS:",
      "//",
      "://",
      "h",
      "Example.COM",
      "[::1]",
      "[fe80::1%x]",
      "::",
      "1.2.3.4",
      ":80",
      ":99999",
      ":x",
    ],
    ...["é", "℀", "v1.a", "user:pw@", "a/b", "..", "\x00", "%2f", "|"],
  ];
  const texts = Array.from({ length: 5000 }, () => {
    const front = pick(["", "http://", "http://", "//", "x:", " ", "http:"]);
    return front + Array.from({ length: 1 + Math.floor(random.next().value * 8) }, () => pick(pieces)).join("");
  });
  assert(await compareAll(texts) > 2000);
});

peerTest("what was set by an edit is read back by Python", ["python3"], async () => {
  const random = numbers(914);
  const pieces = [
    ..."/\\@:#?%[]|^ \t\n\0'\"<>&=+;a1.",
    "evil.example",
    "..",
    "//",
    "%2f",
    "ü",
    "℀",
    "／",
    "😀",
    "http:",
  ];
  const texts: string[] = [];
  for (let i = 0; i < 5000; i++) {
    const value = Array.from({ length: 1 + i % 6 }, () => pieces[Math.floor(random.next().value * pieces.length)]).join(
      "",
    );
    const part = PARTS[i % PARTS.length] ?? "path";
    try {
      texts.push(setPart(parseUrl("http://u:p@good.example:81/x?y#z"), part, value).text);
    } catch (error) {
      if (!(error instanceof EditError || error instanceof UsageError)) throw error;
    }
  }
  assert(await compareAll(texts) > 2500, `${texts.length}`);
});
