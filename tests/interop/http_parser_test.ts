import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { HTTP_LIMITS, RESPONSE_LIMITS } from "../../lib/http/mod.ts";
import { type Conversation, converse, inPieces } from "../kit/http_messages.ts";
import { peerTest } from "../kit/peer.ts";
import { octets } from "../kit/raw.ts";
import { ROOT } from "../kit/tool.ts";

type Kind = "request" | "response";

const LARGE = "beyond 2^53 a length is no number that JavaScript can hold; Node.js goes to 2^64";
const OLD_CODING = "RFC 9112 §6.1: in HTTP/1.0 a Transfer-Encoding is faulty framing";
const CODINGS = "no coding but chunked is spoken here; Node.js leaves the others to the application";
const LIST =
  "Node.js does not look at codings that it does not know; we want a list of tokens that ends with one chunked";
const VERSION = "Node.js's parser takes HTTP/2.0 and 0.9 as well";
const LF_ALONE = "RFC 9112 §2.2: a line may end with LF alone; in a response that is accepted";
const CLOSED = "we say only later, to the connection, that nothing may follow a message that closes it";

/** Messages that only Toucan rejects, with the reason. */
const ONLY_WE: Readonly<Record<Kind, Readonly<Record<string, string>>>> = {
  request: {
    "http-invalid-host": "Node.js looks for Host in its server, not in its parser, and never at what stands in it",
    "http-invalid-request-line": "no HTTP/0.9, one space between the parts, no fragment",
    "http-invalid-target": "no scheme but http and https, no path to CONNECT, * to OPTIONS only",
    "http-invalid-version": "one space between the parts: behind two there is no version",
    "http-unsupported-version": VERSION,
    "http-invalid-framing": OLD_CODING,
    "http-unsupported-transfer-encoding": CODINGS,
    "http-invalid-transfer-encoding": LIST,
    "http-too-large-body": LARGE,
    "http-too-large-chunk": LARGE,
  },
  response: {
    "http-invalid-status-line": "a control character in the reason",
    "http-invalid-start-line": "an empty line before a status line; RFC 9112 §2.2 forgives it before a request only",
    "http-invalid-version": "something before the version",
    "http-unsupported-version": VERSION,
    "http-invalid-framing": OLD_CODING,
    "http-unsupported-transfer-encoding": CODINGS,
    "http-invalid-transfer-encoding": LIST,
    "http-too-large-body": LARGE,
  },
};

/** Messages that only Node.js rejects, with the reason. */
const ONLY_NODE: Readonly<Record<Kind, Readonly<Record<string, string>>>> = {
  request: {
    "HPE_INVALID_METHOD": "Node.js has a list of methods; to us a method is a token (RFC 9110 §9.1)",
    "HPE_INVALID_VERSION": "RFC 9110 §2.5: a later minor version is read as the latest that is known",
    "HPE_INVALID_URL": "octets above ASCII are percent-encoded here",
  },
  response: {
    "HPE_CR_EXPECTED": LF_ALONE,
    "HPE_INVALID_HEADER_TOKEN": LF_ALONE,
    "HPE_INVALID_CHUNK_SIZE": "servers that pad the size of a chunk write blanks behind it",
    "HPE_UNEXPECTED_CONTENT_LENGTH": "RFC 9110 §8.6: the same length may be repeated",
    "HPE_INVALID_TRANSFER_ENCODING": "identity (RFC 2616 §3.6) says nothing, also beside a Content-Length",
    "HPE_INVALID_CONTENT_LENGTH": "a tab behind the number is optional white space (RFC 9110 §5.5)",
    "HPE_CLOSED_CONNECTION": CLOSED,
  },
};

const START: Readonly<Record<Kind, readonly string[]>> = {
  request: [
    "GET / HTTP/1.1\r\n",
    "POST /a?b=c HTTP/1.1\r\n",
    "PUT http://b/c HTTP/1.1\r\n",
    "OPTIONS * HTTP/1.1\r\n",
    "GET / HTTP/1.0\r\n",
    "BREW / HTTP/1.1\r\n",
    "GET /\xe4 HTTP/1.1\r\n",
    "GET  / HTTP/1.1\r\n",
    "GET / HTTP/1.2\r\n",
    "GET / HTTP/2.0\r\n",
    "GET /\r\n",
    "GET / HTTP/1.1 \r\n",
    "\r\nGET / HTTP/1.1\r\n",
    " GET / HTTP/1.1\r\n",
  ],
  response: [
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.0 200 OK\r\n",
    "HTTP/1.1 404 Not Found\r\n",
    "HTTP/1.1 204 No Content\r\n",
    "HTTP/1.1 304 Not Modified\r\n",
    "HTTP/1.1 100 Continue\r\n",
    "HTTP/1.1 200 \r\n",
    "HTTP/1.1 200\r\n",
    "HTTP/1.1 20 OK\r\n",
    "HTTP/1.1 2000 OK\r\n",
    "HTTP/1.1  200 OK\r\n",
    "HTTP/2.0 200 OK\r\n",
    "\r\nHTTP/1.1 200 OK\r\n",
    "http/1.1 200 OK\r\n",
  ],
};
const HARMLESS = [
  "Accept: */*\r\n",
  "X-A:b\r\n",
  "x-a: \t b \t\r\n",
  "Empty:\r\n",
  "Obs: \xe4\xff\r\n",
  "A!#$%&'*+-.^_`|~9: b\r\n",
];
const NASTY = [
  "Host: b\r\n",
  "Host:\r\n",
  "Content-Length: 3\r\n",
  "Content-Length: 0\r\n",
  "Content-Length: +3\r\n",
  "Content-Length: -3\r\n",
  "Content-Length: 3, 3\r\n",
  "Content-Length: 0x3\r\n",
  "Content-Length: 3 \r\n",
  "Content-Length: \r\n",
  "Content-Length: 99999999999999999999\r\n",
  "Content-Length: 9007199254740993\r\n",
  "content-length : 3\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding: Chunked \r\n",
  "Transfer-Encoding: xchunked\r\n",
  "Transfer-Encoding: gzip, chunked\r\n",
  "Transfer-Encoding: chunked, gzip\r\n",
  "Transfer-Encoding: chunked, chunked\r\n",
  "Transfer-Encoding: identity\r\n",
  "Transfer-Encoding:\x0bchunked\r\n",
  "Transfer-Encoding:\r\n chunked\r\n",
  "Transfer-Encoding : chunked\r\n",
  "Transfer-Encoding\r\n",
  "A: b\r\n c\r\n",
  "A : b\r\n",
  "A: b\n",
  "A: b\r",
  "A: b\rc\r\n",
  "A: b\0c\r\n",
  "A: b\x7fc\r\n",
  "A(: b\r\n",
  ": b\r\n",
  "\xe4: b\r\n",
  "no colon\r\n",
];
const BODIES = [
  "",
  "abc",
  "3\r\nabc\r\n0\r\n\r\n",
  "3\r\nabc\r\n0\r\nA: b\r\n\r\n",
  "3;a=b\r\nabc\r\n0;c\r\n\r\n",
  '3;a="b;c"\r\nabc\r\n0\r\n\r\n',
  "03\r\nabc\r\n00\r\n\r\n",
  "3 \r\nabc\r\n0\r\n\r\n",
  "3\nabc\n0\n\n",
  "3\r\nabcd\r\n0\r\n\r\n",
  "3\r\nabc0\r\n\r\n",
  "-3\r\nabc\r\n0\r\n\r\n",
  "0x3\r\nabc\r\n0\r\n\r\n",
  "fffffffffffffffff\r\nabc",
  "3;\0\r\nabc\r\n0\r\n\r\n",
  "0\r\n\r\n",
  "0\r\nA: b\n\r\n",
  "0\r\nContent-Length: 3\r\n\r\n",
];
const SPLINTERS = ["\r", "\n", "\r\n", "\0", " ", "\t", ":", ";", ",", "0", "a", "\x7f", "\xff", "\x80", "#", '"'];

/** Streams of one or two messages, built of good parts and bad, then perhaps damaged at one place. */
function streams(kind: Kind): fc.Arbitrary<string> {
  const line = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...HARMLESS) }, {
    weight: 2,
    arbitrary: fc.constantFrom(...NASTY),
  });
  const good = kind === "request" ? "Host: a\r\n" : "X: y\r\n";
  const framed = fc.constantFrom("", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n");
  const first = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...START[kind].slice(0, 3)) }, {
    weight: 1,
    arbitrary: fc.constantFrom(...START[kind]),
  });
  const message = fc.tuple(
    first,
    fc.constantFrom(good, good, good, ""),
    framed,
    fc.array(line, { maxLength: 2 }),
    fc.constantFrom(...BODIES),
  )
    .map(([start, host, framing, lines, body]) => `${start}${host}${framing}${lines.join("")}\r\n${body}`);
  const harm = fc.option(fc.tuple(fc.nat(), fc.constantFrom(...SPLINTERS), fc.nat(2)), { freq: 2 });
  return fc.tuple(fc.array(message, { minLength: 1, maxLength: 2 }), harm).map(([messages, harm]) => {
    const text = messages.join("");
    if (!harm) return text;
    const at = harm[0] % text.length;
    return text.slice(0, at) + harm[1] + text.slice(at + harm[2]);
  });
}

async function judged(cases: readonly (readonly [Kind, string])[]): Promise<Conversation[]> {
  const command = new Deno.Command("node", {
    args: ["--no-deprecation", `${ROOT}tests/kit/node_judge.cjs`],
    stdin: "piped",
    stdout: "piped",
  });
  await using node = command.spawn();
  const lines = cases.map(([kind, text]) => JSON.stringify([kind, octets(text).toBase64()])).join("\n");
  const fed = new Blob([lines]).stream().pipeTo(node.stdin);
  const verdicts = await new Response(node.stdout).text();
  await fed;
  return verdicts.split("\n").map((line): Conversation => JSON.parse(line));
}

for (const kind of ["request", "response"] as const) {
  peerTest(`what is a ${kind} and what is none: we and Node.js, on 5,000 streams`, ["node"], async () => {
    const texts = fc.sample(streams(kind), { seed: 3, numRuns: 5000 });
    const theirs = await judged(texts.map((text) => [kind, text]));
    assertEquals(theirs.length, texts.length);
    const found = new Map<string, string>();
    for (const [index, text] of texts.entries()) {
      const bytes = octets(text);
      const ours = await converse(
        kind,
        inPieces(bytes, [bytes.length]),
        kind === "request" ? HTTP_LIMITS : RESPONSE_LIMITS,
      );
      const difference = compare(ours, theirs[index] ?? { messages: [], ending: "nothing" });
      if (difference && (found.get(difference)?.length ?? Infinity) > text.length) found.set(difference, text);
    }
    const explained = [
      ...Object.keys(ONLY_WE[kind]).map((code) => `only we: ${code}`),
      ...Object.keys(ONLY_NODE[kind]).map((code) => `only Node.js: ${code}`),
    ];
    // Neither a difference without an explanation, nor an explanation without a difference.
    assertEquals([...found.keys()].sort(), explained.sort(), JSON.stringify([...found], null, 1));
  });
}

/** Where two part: nothing when they do not, else who refuses what first. What both have read has to be the same. */
function compare(ours: Conversation, theirs: Conversation): string | undefined {
  const both = Math.min(ours.messages.length, theirs.messages.length);
  for (let i = 0; i < both; i++) {
    const [one, other] = [ours, theirs].map(({ messages }) => JSON.stringify(messages[i]));
    if (one !== other) return `read otherwise: ${one} | ${other}`;
  }
  if (ours.messages.length < theirs.messages.length) return `only we: ${ours.ending}`;
  if (theirs.messages.length < ours.messages.length) return `only Node.js: ${theirs.ending}`;
  if (refused(ours) && refused(theirs)) return undefined;
  if (refused(ours)) return `only we: ${ours.ending}`;
  // We look at a head when it is whole, Node.js at each octet: it may know earlier that nothing will come of it.
  if (refused(theirs)) return ours.ending === "cut" ? undefined : `only Node.js: ${theirs.ending}`;
  return ours.ending === theirs.ending ? undefined : `ending otherwise: ${ours.ending} | ${theirs.ending}`;
}

/** Whether a stream was refused, rather than read to its end or cut. */
function refused({ ending }: Conversation): boolean {
  return ending !== "end" && ending !== "cut" && ending !== "tunnel";
}
