import type { ListenReport } from "../../lib/udp/internal.ts";
import type { LISTEN_RECORDS } from "./records.ts";
import { type FormatCall, recordsOf } from "./print.ts";

/** Numbers of datagrams of a listener. */
interface ListenStats extends ListenReport {
  /** Number of datagrams handed to the output. */
  readonly printed: number;
}

/** Prints the numbers of datagrams at the end of `udp listen`: those that were dropped, or with --stats all. */
export function reportStats(
  form: FormatCall<typeof LISTEN_RECORDS> & { readonly options: { readonly stats: boolean } },
  { received: handled, dropped: waiting, printed, kernelDropped }: ListenStats,
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
