/**
 * Framework of all tools: command-line parsing, help, output, sandbox and exit codes, from one record per tool.
 * @module
 */
export * from "./grammar/command.ts";
export * from "./exit.ts";
export * from "./grammar/common_records.ts";
/** Types of the fields of JSON records. */
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
export * from "./stdio/dropping_sink.ts";
export * from "./stdio/input.ts";
export * from "./interrupt.ts";
/** Kinds of values of options and operands. */
export * as kind from "./grammar/kind.ts";
export type { Completion, Kind } from "./grammar/kind.ts";
export * from "./main.ts";
export * from "./sandbox/drop_permissions.ts";
export type { ServerNames } from "./sandbox/certificate_names.ts";
export * from "./grammar/shared/network_options.ts";
export * from "./grammar/shared/server_certificate.ts";
export { qrCode } from "./render/qr_code.ts";
export * from "./grammar/shared/socket_options.ts";
export * from "./grammar/option.ts";
export type { Accepted, Alias } from "./grammar/foreign_words.ts";
export type { Layout, OperandPlace, OptionGroup } from "./grammar/layout.ts";
export * from "./stdio/output.ts";
export type { Sink } from "./stdio/sink.ts";
export * from "./stdio/output_guard.ts";
export * from "./grammar/shared/http_front_options.ts";
export * from "./stdio/password.ts";
export { canPrompt, promptSecret } from "./stdio/prompt.ts";
export * from "./render/progress.ts";
export * from "./render/listening.ts";
export * from "./render/report.ts";
export * from "./grammar/rules.ts";
export * from "./sandbox/sandbox.ts";
export * from "./sandbox/run_line.ts";
export * from "./render/full_screen.ts";
export * from "./render/screen.ts";
export * from "./stdio/stdin.ts";
export * from "./stdio/stdout_file.ts";
export * from "./stdio/stdio.ts";
export * from "./render/style.ts";
export * from "./stdio/terminal.ts";
export * from "./stdio/terminal_sink.ts";
export * from "./stdio/buffered_text_sink.ts";
export * from "./project.ts";
export * from "./version.ts";
