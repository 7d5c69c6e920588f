import type { Field, Fields } from "../grammar/field.ts";
import type { RecordShape } from "../grammar/record.ts";
import type { Shape } from "../grammar/shape.ts";
import { roff, roffLines } from "./roff.ts";

const UNITS = "Each line is one JSON object. Times are in milliseconds, sizes in bytes. A field marked optional is " +
  "absent where it does not apply or is not known.";

/** The JSON records of a verb as a section of its man page. */
export function jsonSection(shape: Shape, heading: ".SH" | ".SS"): string[] {
  if (shape.records.length === 0) return [];
  return [
    `${heading} JSON`,
    ...roffLines(UNITS),
    ...shape.records.flatMap(([name, record]) => recordLines(name, record)),
  ];
}

/** The objects that fields of several records hold, as a section of their own. */
export function sharedObjects(shapes: readonly Shape[]): string[] {
  const shared = new Map<string, Fields>();
  const collect = (fields: Fields): void => {
    for (const { shared: name, fields: inner } of Object.values(fields)) {
      if (!inner) continue;
      if (name !== undefined) shared.set(name, inner);
      collect(inner);
    }
  };
  for (const { records } of shapes) for (const [, { fields }] of records) collect(fields);
  if (shared.size === 0) return [];
  return [
    ".SH JSON OBJECTS",
    ...[...shared].flatMap(([name, fields], i) => [
      ...(i > 0 ? [".PP"] : []),
      `An object of the kind \\fI${roff(name)}\\fR:`,
      ".RS 4",
      ...fieldLines(fields),
      ".RE",
    ]),
  ];
}

function recordLines(name: string, { help, event, fields }: RecordShape): string[] {
  const title = event ? `With \\fBevent\\fR: \\fB${roff(name)}\\fR,` : `\\fB${roff(capital(name))}\\fR,`;
  const lines = fieldLines(fields);
  return [".PP", title, ...roffLines(`${help}${lines.length > 0 ? ":" : "."}`), ...indented(lines)];
}

function indented(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [".RS 4", ...lines, ".RE"];
}

function fieldLines(fields: Fields, path = ""): string[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const inner = field.fields && field.shared === undefined ? field.fields : {};
    const deeper = `${path}${name}${field.type.startsWith("array") ? "[]" : ""}.`;
    return [
      ".TP",
      `\\fB${roff(path + name)}\\fR`,
      ...roffLines(`${description(field)}.`),
      ...fieldLines(inner, deeper),
    ];
  });
}

function description({ type, help, presence, shared }: Field): string {
  const optional = { always: "", success: "; absent on failure", maybe: ", optional" }[presence];
  const kind = shared === undefined ? "" : ` of the kind ${shared}`;
  return `${capital(type)}${kind}${optional}${help === "" ? "" : `. ${capital(help)}`}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
