import { ToucanError } from "../../core/mod.ts";
import { buildMail } from "../message/build.ts";
import type { BuiltMail, MailMessage } from "../message/types.ts";
import type { MailClient } from "./client.ts";
import type { MailReport } from "./report.ts";

/** What became of one message of several. */
export type MailOutcome =
  | { readonly report: MailReport; readonly error?: undefined }
  | { readonly report?: undefined; readonly error: ToucanError };

/** How many messages are made ready while others are on their way. */
const AHEAD = 32;

/**
 * Sends many messages over a client's connection, and says of each, in order, what became of it. An error in the place of a message is
 * its outcome. When the server cannot be reached at all, those that follow are not tried.
 *
 * Permissions: `--allow-net=HOST:PORT`, and `--allow-read=FILE` for each attached file.
 */
export async function* sendAll(
  client: MailClient,
  messages: AsyncIterable<MailMessage | BuiltMail | ToucanError>,
): AsyncGenerator<MailOutcome> {
  const waiting: Promise<MailOutcome>[] = [];
  for await (const message of messages) {
    waiting.push(message instanceof ToucanError ? Promise.resolve({ error: message }) : outcome(client, message));
    if (waiting.length < AHEAD) continue;
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
