import { cookieOption, cookies, OPTION_CODES, optionData } from "../../codec/edns.ts";
import type { DnsMessage } from "../../codec/message.ts";
import type { NameServer } from "../name_server.ts";
import type { Question } from "../../codec/query.ts";

/** Length of the cookie of a client in bytes (RFC 7873 §4). */
const CLIENT_BYTES = 8;

/** Cookies of a server: the one that it gets, and the one that it gave. */
interface Pair {
  readonly client: Uint8Array;
  server: Uint8Array;
}

/**
 * Cookies by server (RFC 7873): a random one for each, so that none learns of the others, and the last one that the server
 * gave, which goes back with each query.
 */
export class CookieJar {
  readonly #given?: Uint8Array;
  readonly #pairs = new Map<string, Pair>();

  /** Creates an empty jar. With `given`, each server gets these bytes: 8 of the client, and those of a server behind them. */
  constructor(given?: Uint8Array) {
    this.#given = given;
  }

  /** Returns the question with the cookies for the server. */
  withCookie(server: NameServer, question: Question): Question {
    const { client, server: known } = this.#pair(server);
    const others = (question.options ?? []).filter(({ code }) => code !== OPTION_CODES.COOKIE);
    return { ...question, options: [...others, cookieOption(client, known)] };
  }

  /** Notes the cookie that a server gave; returns false where one is missing although the server gave one before. */
  learn(server: NameServer, message: DnsMessage): boolean {
    const pair = this.#pair(server);
    const found = cookies(message.edns);
    if (!found) return pair.server.length === 0;
    if (found.server.length > 0) pair.server = found.server.slice();
    return true;
  }

  #pair({ host, port }: NameServer): Pair {
    const key = `${host} ${port}`;
    let pair = this.#pairs.get(key);
    if (!pair) {
      const bytes = this.#given ?? crypto.getRandomValues(new Uint8Array(CLIENT_BYTES));
      pair = { client: bytes.slice(0, CLIENT_BYTES), server: bytes.slice(CLIENT_BYTES) };
      this.#pairs.set(key, pair);
    }
    return pair;
  }
}

/** Returns why the cookie of a response is not the one that a query had, or undefined if it is, or if there is none. */
export function cookieProblem({ options = [] }: Question, { edns }: DnsMessage): string | undefined {
  const sent = options.find(({ code }) => code === OPTION_CODES.COOKIE)?.data;
  if (!sent || optionData(edns, OPTION_CODES.COOKIE) === undefined) return undefined;
  const found = cookies(edns);
  if (!found) return "its cookie has an invalid length";
  return found.client.every((byte, index) => byte === sent[index]) ? undefined : "the client cookie differs";
}
