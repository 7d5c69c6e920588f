/**
 * What every tool needs: from one record to a command line.
 * @module
 */
export * from "./command.ts";
export * from "./exit.ts";
export * from "./grammar/common_records.ts";
/** The types that fields of JSON records have. */
export * as field from "./grammar/field.ts";
export {
  type Always,
  type Field,
  type Fields,
  knownValues,
  type Presence,
  type ValueOf,
  type ValuesOf,
} from "./grammar/field.ts";
export * from "./grammar/error_fields.ts";
export * from "./grammar/exactly.ts";
export * from "./grammar/record.ts";
export * from "./impatient_sink.ts";
export * from "./input.ts";
export * from "./interrupt.ts";
/** The kinds of values that options and operands have. */
export * as kind from "./kind.ts";
export type { Completion, Kind } from "./kind.ts";
export * from "./main.ts";
export * from "./narrow.ts";
export type { ServerNames } from "./certificate_names.ts";
export * from "./network_options.ts";
export * from "./socket_options.ts";
export * from "./option.ts";
export * from "./output.ts";
export * from "./output_guard.ts";
export * from "./http_front_options.ts";
export * from "./password.ts";
export * from "./progress.ts";
export * from "./render/listening.ts";
export * from "./report.ts";
export * from "./rules.ts";
export * from "./sandbox.ts";
export * from "./sandbox/run_line.ts";
export * from "./screen.ts";
export * from "./stdin.ts";
export * from "./stdio.ts";
export * from "./style.ts";
export * from "./terminal.ts";
export * from "./terminal_sink.ts";
export * from "./text_sink.ts";
export * from "./tour.ts";
export * from "./tour_stage.ts";
export * from "./version.ts";
