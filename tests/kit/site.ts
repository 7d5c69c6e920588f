import { parseAddress } from "../../lib/core/mod.ts";
import {
  type HttpAnswer,
  type HttpServer,
  parseBasic,
  serveHttp,
  type ServerRequest,
} from "../../lib/http/internal.ts";
import type { KeyPair } from "../../lib/core/mod.ts";

/** A site for tests of a client, and its requests. */
export interface TestSite extends AsyncDisposable {
  /** Its URL, with a slash at the end. */
  readonly url: string;
  /** Requests so far: method and target, and the header fields. */
  readonly requests: readonly ServerRequest[];
}

/** Resource at a path. */
export type Place = HttpAnswer | ((request: ServerRequest) => HttpAnswer | Promise<HttpAnswer>);

/** Serves these resources; any other path is not found. */
export function testSite(
  places: Readonly<Record<string, Place>>,
  options: { readonly tls?: Pick<KeyPair, "cert" | "key"> } = {},
): TestSite {
  const requests: ServerRequest[] = [];
  const server: HttpServer = serveHttp(parseAddress("127.0.0.1:0", { anyPort: true }), (request) => {
    requests.push(request);
    const path = request.target.replace(/\?.*$/, "");
    const place = Object.hasOwn(places, path) ? places[path] : undefined;
    if (place === undefined) return { status: 404, headers: { "Content-Type": "text/html" }, body: "nothing here\n" };
    return typeof place === "function" ? place(request) : place;
  }, options);
  return {
    url: `${options.tls ? "https" : "http"}://${server.address}/`,
    requests,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Responds with the address of the client. */
export function whoAsks({ headers }: ServerRequest): HttpAnswer {
  const who = parseBasic(headers.get("authorization"));
  if (!who) return { status: 401, headers: { "WWW-Authenticate": 'Basic realm="x"' }, body: "who?\n" };
  return { body: `${who.user} ${who.password}\n` };
}
