import type { ListenReport } from "../../lib/udp/internal.ts";
import type { LISTEN_RECORDS } from "./records.ts";
import { type Form, recordsOf } from "./print.ts";

/** What a listener has done. */
interface End extends ListenReport {
  /** Datagrams handed to the output. */
  readonly printed: number;
}

/** Says at the end of `udp listen` what was lost here, and with --stats all that is known. */
export function reportEnd(
  form: Form<typeof LISTEN_RECORDS> & { readonly options: { readonly stats: boolean } },
  { received: handled, dropped: waiting, printed, kernelDropped }: End,
): void {
  const { options: { json, stats }, output } = form;
  const received = handled + waiting;
  const dropped = received - printed;
  if (json && stats) recordsOf(form).record({ event: "stats", received, printed, dropped, kernelDropped });
  else if (json && dropped > 0) recordsOf(form).record({ event: "stats", received, printed, dropped });
  else if (stats) {
    const kernel = kernelDropped ?? "unknown";
    output.note(`received ${received}, printed ${printed}, dropped here ${dropped}, dropped by the kernel ${kernel}`);
  } else if (dropped > 0) output.note(`${dropped} of ${received} datagrams dropped: stdout was not read in time`);
}
