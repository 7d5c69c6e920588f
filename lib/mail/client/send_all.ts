import { ToucanError } from "../../core/mod.ts";
import { buildMail } from "../message/build.ts";
import type { BuiltMail, MailMessage } from "../message/types.ts";
import type { MailClient } from "./client.ts";
import type { MailReport } from "./report.ts";

/** Result of one of several messages. */
export type MailOutcome =
  | { readonly report: MailReport; readonly error?: undefined }
  | { readonly report?: undefined; readonly error: ToucanError };

/** Number of messages that are built while others are sent. */
const MAX_BUILT_AHEAD = 32;

/**
 * Sends messages over the connection of a client, and yields the result of each, in order. An error in the place of a
 * message is its result. When the server cannot be reached, the remaining messages are not tried.
 *
 * Permissions: `--allow-net=HOST:PORT`, and `--allow-read=FILE` for each attached file.
 *
 * @param client Client to send with; it is not closed.
 * @param messages Messages, or errors in their place.
 * @returns The results, in the order of the messages.
 * @throws {unknown} What `messages` throws; an error of a message is its result.
 * @example Send two messages
 * ```ts
 * import { MailClient, mailSink, sendAll } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * async function* messages() {
 *   yield { from: "ada@example.com", to: "bob@example.com", text: "one" };
 *   yield { from: "ada@example.com", to: "not an address", text: "two" };
 * }
 * await using sink = await mailSink();
 * await using client = new MailClient(sink.address, { tls: "none" });
 * const results = await Array.fromAsync(sendAll(client, messages()));
 * assertEquals(results.map(({ report, error }) => report?.accepted ?? error?.code), [1, "invalid-address"]);
 * ```
 */
export async function* sendAll(
  client: MailClient,
  messages: AsyncIterable<MailMessage | BuiltMail | ToucanError>,
): AsyncGenerator<MailOutcome> {
  const waiting: Promise<MailOutcome>[] = [];
  for await (const message of messages) {
    waiting.push(message instanceof ToucanError ? Promise.resolve({ error: message }) : outcome(client, message));
    if (waiting.length < MAX_BUILT_AHEAD) continue;
    const first = waiting.shift();
    if (first) yield await first;
  }
  for (const one of waiting) yield await one;
}

async function outcome(client: MailClient, message: MailMessage | BuiltMail): Promise<MailOutcome> {
  try {
    const mail = "chunks" in message ? message : await buildMail(message);
    if (client.unreachable) return { error: client.unreachable };
    return { report: await client.send(mail) };
  } catch (error) {
    if (error instanceof ToucanError) return { error };
    throw error;
  }
}
