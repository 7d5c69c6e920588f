import { serveHttp } from "../../http/mod.ts";
import { LEARNER_TIMEOUT_MS, type Lesson, type Step } from "./lesson.ts";
import { handLeg } from "./teach.ts";

const HOST = /^host: *\S+ *$/i;

const STEPS: readonly Step[] = [
  {
    line: "GET /hello.txt HTTP/1.1",
    accepts: /^GET \/\S* HTTP\/1\.1$/,
    task: "The client speaks first. Type the request line: method, target, version.",
    explains: "No reply yet: fields may follow.",
    rfc: "RFC 9112 section 3",
  },
  {
    line: "Host: localhost",
    accepts: HOST,
    task: "Name the host, with a field:",
    explains: "One address can serve many sites: Host names the one that is meant. The server waits for more fields.",
    rfc: "RFC 9112 section 3.2",
  },
  {
    line: "",
    expects: /^HTTP\/1\.1 (?:200|404) /,
    task: "End the head, with an empty line:",
    does: "GET with Host",
    explains:
      "A status line, fields, an empty line and the body; Content-Length is its size in bytes. The connection stays open.",
    rfc: "RFC 9112 sections 4 and 6",
  },
  {
    line: "GET /hello.txt HTTP/1.1",
    accepts: /^GET \/\S* HTTP\/1\.1$/,
    task: "On the same connection, the same request line:",
    explains: "This time, Host is left out.",
    rfc: "RFC 9112 section 9.3",
  },
  {
    line: "",
    expects: /^HTTP\/1\.1 400 /,
    task: "End the head at once:",
    does: "GET without Host (400)",
    explains:
      "400: HTTP/1.1 requires Host. After a request that it does not understand, the server closes the connection.",
    rfc: "RFC 9112 section 3.2",
  },
];

/** Returns whether a response of an HTTP/1.1 server with a Content-Length is complete. Pure. */
export function isHttpReply(reply: string): boolean {
  const end = reply.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(reply.slice(0, end + 2)) ?? [];
  return length !== undefined && new TextEncoder().encode(reply.slice(end + 4)).length >= Number(length);
}

const LESSON: Lesson = {
  protocol: "HTTP",
  server: "file serve site",
  address: "localhost:8000",
  steps: STEPS,
  isComplete: isHttpReply,
  serve(signal) {
    const server = serveHttp(
      "127.0.0.1:0",
      ({ target }) =>
        target === "/hello.txt" ? { body: "two cans and a string\n" } : { status: 404, body: "not here\n" },
      { signal, headerTimeout: LEARNER_TIMEOUT_MS, idleTimeout: LEARNER_TIMEOUT_MS },
    );
    return Promise.resolve({
      address: `127.0.0.1:${server.port}`,
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    });
  },
};

/** Leg of `toucan tour`: HTTP by hand. */
export const tour = handLeg(LESSON);
