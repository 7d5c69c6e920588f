import type { Call } from "../../lib/cli/mod.ts";
import { UsageError } from "../../lib/core/mod.ts";
import { type DsnRequest, NOTIFY_EVENTS } from "../../lib/mail/internal.ts";
import type { sendOptions } from "./send_options.ts";

/** Returns the notifications to ask for. */
export function dsnOf(options: Call<typeof sendOptions>["options"]): DsnRequest | undefined {
  const { notify, return: returns, "envelope-id": envelopeId } = options;
  if (notify.length === 0 && returns === undefined && envelopeId === undefined) return undefined;
  const events = NOTIFY_EVENTS.filter((event) => notify.includes(event));
  if (notify.includes("never") && events.length > 0) {
    throw new UsageError(`--notify never cannot be combined with --notify ${events[0]}`);
  }
  return { notify: notify.length === 0 ? undefined : events, returns, envelopeId };
}
