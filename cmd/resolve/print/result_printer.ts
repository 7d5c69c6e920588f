import { errorLines, type ExitCode, exitCodeOf, type Output, style, type Values } from "../../../lib/cli/mod.ts";
import { showUntrusted } from "../../../lib/core/mod.ts";
import {
  commonOrigin,
  compareNames,
  explainErrors,
  type Resolution,
  type ResourceRecord,
  shortAnswers,
  writeZone,
} from "../../../lib/dns/internal.ts";
import type { OUTPUT } from "../output_options.ts";
import { exchangeRecord, failedExchangeRecord } from "./message_records.ts";
import { type RECORDS, resolutionRecord } from "../records.ts";
import { type RecordForm, recordLines, responseLine, responseLines } from "./response_lines.ts";

/** Facts about the call that decide what is printed of a result. */
export interface ResultForm {
  /** Whether there may be several inputs. */
  readonly several: boolean;
  /** Whether records were asked for, instead of addresses or the name of an address. */
  readonly records?: boolean;
}

/** Options that decide in which form results are printed. */
export type PrintOptions = Values<typeof OUTPUT> & { readonly class?: string };

/** Returns whether the responses themselves are printed. */
export function needsReplies({ details, rfc8427 }: PrintOptions): boolean {
  return details || rfc8427;
}

/** Prints results in the form that the options say. */
export class ResultPrinter {
  readonly #output: Output<typeof RECORDS>;
  readonly #options: PrintOptions;
  readonly #form: RecordForm;
  readonly #written: (record: ResourceRecord) => ResourceRecord;
  readonly #zone = new Map<string, ResourceRecord>();

  /** Returns a printer; code for names in letters is loaded only when it is needed. */
  static async of(output: Output<typeof RECORDS>, options: PrintOptions): Promise<ResultPrinter> {
    const { inLetters } = options.idn ? await import("./letters.ts") : {};
    return new ResultPrinter(output, options, inLetters);
  }

  /** Prints nothing yet; `written` returns a record as it is written. */
  constructor(
    output: Output<typeof RECORDS>,
    options: PrintOptions,
    written: (record: ResourceRecord) => ResourceRecord = (record) => record,
  ) {
    this.#written = written;
    this.#output = output;
    this.#options = options;
    this.#form = { columns: output.terminal, units: options["human-ttl"], style: style(output.colour) };
  }

  /** Prints a result and returns its exit code. */
  print(result: Resolution, form: ResultForm): ExitCode {
    const { error } = result;
    if (this.#options.rfc8427) this.#printExchanges(result);
    else if (this.#options.json) this.#output.record(resolutionRecord(result));
    else {
      this.#printText(result, form);
      this.#printRemarks(result);
    }
    return error ? exitCodeOf(error) : 0;
  }

  /** Prints what has waited for the last result. */
  end(): void {
    const records = [...this.#zone.values()];
    if (records.length === 0) return;
    const origin = commonOrigin(records);
    // Results come as they are ready; a zone file begins with its SOA record.
    const rank = ({ type }: ResourceRecord) => type === "SOA" ? 0 : type === "NS" ? 1 : 2;
    const sorted = records.sort((one, other) => compareNames(one.name, other.name) || rank(one) - rank(other));
    const options = { ttl: mostFrequent(sorted), units: this.#form.units, columns: this.#form.columns };
    for (const line of writeZone(sorted, { ...options, ...(origin !== "." && { origin }) })) {
      this.#output.line(showUntrusted(line));
    }
  }

  #printExchanges({ name, type, replies = [], error, failures = [] }: Resolution): void {
    for (const reply of replies) this.#output.record(exchangeRecord(reply));
    // A type whose response is an error has its response.
    const silent = failures.filter(({ type }) => !replies.some(({ question }) => question.type === type));
    const failed = replies.length === 0 && error ? [{ type, error }, ...silent] : silent;
    for (const { type, error } of failed) {
      this.#output.record(failedExchangeRecord(name, type, this.#options.class ?? "IN", error));
    }
  }

  #printText(result: Resolution, { several, records = false }: ResultForm): void {
    const { input, replies = [] } = result;
    const answers = result.answers.map(this.#written);
    const { short, details, zone } = this.#options;
    const line = (text: string) => this.#output.line(text);
    if (zone) {
      for (const record of answers) {
        this.#zone.set(`${record.name} ${record.class} ${record.type} ${record.data}`, record);
      }
    } else if (details && replies.length > 0) {
      for (const reply of replies) for (const text of responseLines(reply, this.#form)) line(text);
    } else if (records && !short) {
      recordLines(answers, this.#form).forEach(line);
      // For a person who asks about one name; a list has its summary.
      const [reply] = replies;
      if (this.#output.terminal && !several && reply) line(this.#form.style.dim(showUntrusted(responseLine(reply))));
    } else {
      const words = records ? answers.map(({ data }) => data) : shortAnswers({ ...result, answers });
      for (const word of words) line(showUntrusted(several && !records ? `${input} ${word}` : word));
    }
  }

  #printRemarks({ input, error, failures = [], extendedErrors = [], server }: Resolution): void {
    for (const { type, error } of failures) {
      this.#output.note(`toucan resolve: warning: no ${type} of ${showUntrusted(input)}: ${error.message}`);
    }
    const reasons = showUntrusted(explainErrors(extendedErrors));
    if (reasons !== "" && !this.#options.details && !error?.message.includes(reasons)) {
      this.#output.note(`toucan resolve: note: ${showUntrusted(input)}: reported by ${server}: ${reasons}`);
    }
    if (error) errorLines("toucan resolve", error).forEach((line) => this.#output.note(line));
  }
}

/** Returns the TTL that most records have. */
function mostFrequent(records: readonly ResourceRecord[]): number | undefined {
  const counts = new Map<number, number>();
  for (const { ttl } of records) if (ttl !== undefined) counts.set(ttl, (counts.get(ttl) ?? 0) + 1);
  const [first] = [...counts].sort(([, one], [, other]) => other - one);
  return first?.[0];
}
