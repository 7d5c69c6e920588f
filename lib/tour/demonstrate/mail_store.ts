import type { Trace } from "../../core/mod.ts";
import { type MailSink, mailSink } from "../../mail/sink/sink.ts";
import { STEP_TIMEOUT_MS } from "./timeout.ts";

/** Message of the demonstrations of POP3 and IMAP. */
export const LETTER =
  "From: ada@example.com\r\nTo: bob@example.com\r\nSubject: lunch\r\n\r\nThe next line is a dot.\r\n.\r\nAt noon?\r\n";

/** Options of a client in these demonstrations. */
export interface StoreClientOptions {
  /** Any user of a sink without credentials. */
  readonly auth: { readonly user: string; readonly secret: string };
  /** The key of the sink. */
  readonly trust: { readonly pin?: string };
  /** Milliseconds for each phase. */
  readonly timeout: number;
  /** Receives the dialogue. */
  readonly trace: Trace;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/** Runs a demonstration with a sink that offers TLS, and the options of a client for its other protocols. */
export async function withSink<T>(
  trace: Trace,
  signal: AbortSignal | undefined,
  use: (sink: MailSink, options: StoreClientOptions) => Promise<T>,
): Promise<T> {
  await using sink = await mailSink({ startTls: true, signal });
  const auth = { user: "bob@example.com", secret: "any password" };
  return await use(sink, { auth, trust: { pin: sink.pin }, timeout: STEP_TIMEOUT_MS, trace, signal });
}

/** Puts the message into a sink. */
export async function deliver({ access }: MailSink, text: string): Promise<void> {
  await access.keep({ from: "ada@example.com", to: ["bob@example.com"] }, [new TextEncoder().encode(text)]);
}
