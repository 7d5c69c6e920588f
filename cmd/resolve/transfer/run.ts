import {
  errorLines,
  type ExitCode,
  exitCodeOf,
  exitCodeOfAll,
  type InputFile,
  inputs,
  type Output,
  releasePaths,
} from "../../../lib/cli/mod.ts";
import { showUntrusted, type TlsOptions, ToucanError, type Trace } from "../../../lib/core/mod.ts";
import {
  type FetchedZone,
  fetchZone,
  readTsigKey,
  recordLine,
  type TransferServer,
  writeZone,
} from "../../../lib/dns/internal.ts";
import { serialOf, type TRANSFER_RECORDS, transferRecord } from "./records.ts";

/** Parts of a call that a transfer needs. */
export interface TransferCall {
  readonly operands: readonly string[];
  /** Opened files with more zones. */
  readonly files?: readonly InputFile[];
  readonly servers: readonly TransferServer[];
  /** Serial from which on changes are wanted. */
  readonly serial?: number;
  /** File with the key. */
  readonly tsig?: string;
  readonly tls?: TlsOptions;
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly trace?: Trace;
  readonly output: Output<typeof TRANSFER_RECORDS>;
}

/** Transfers the zones of the operands or of stdin, and prints each as a whole or not at all. */
export async function runTransfer(call: TransferCall): Promise<ExitCode> {
  const { servers, serial, tls, timeout, signal, trace, output } = call;
  const key = call.tsig === undefined ? undefined : await readTsigKey(call.tsig);
  releasePaths(call.tsig);
  const codes: ExitCode[] = [];
  for await (const { text } of inputs(call.operands, "ZONE", { comments: true, files: call.files })) {
    const start = performance.now();
    const elapsed = () => Math.round(performance.now() - start);
    try {
      const fetched = await fetchZone(text, servers, { serial, key, tls, timeout, signal, trace });
      if (output.json) output.record(transferRecord(text, elapsed(), fetched));
      else print(fetched, output);
      codes.push(0);
    } catch (error) {
      if (!(error instanceof ToucanError) || signal.aborted) throw error;
      if (output.json) output.record(transferRecord(text, elapsed(), undefined, error));
      else errorLines("toucan resolve", error).forEach((line) => output.note(line));
      codes.push(exitCodeOf(error));
    }
    output.flush();
  }
  return exitCodeOfAll(codes);
}

function print({ name, server, zone }: FetchedZone, output: Output<typeof TRANSFER_RECORDS>): void {
  if (zone.kind === "full") {
    for (const line of writeZone(zone.records, { columns: output.terminal })) output.line(showUntrusted(line));
  } else if (zone.kind === "current") {
    output.note(`toucan resolve: ${showUntrusted(name)} is up to date: ${server} has serial ${serialOf(zone.soa)}`);
  } else {
    for (const { from, deleted, to, added } of zone.changes) {
      output.line(`; ${serialOf(from)} -> ${serialOf(to)}`);
      for (const record of [from, ...deleted]) output.line(`- ${showUntrusted(recordLine(record))}`);
      for (const record of [to, ...added]) output.line(`+ ${showUntrusted(recordLine(record))}`);
    }
  }
}
