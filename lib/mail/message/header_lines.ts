import type { MailHeaders } from "./types.ts";

/** Further header fields one by one, several of a name among them. */
export function headerLines(headers: MailHeaders): [name: string, value: string][] {
  return Object.entries(headers).flatMap(([name, values]) =>
    (typeof values === "string" ? [values] : values).map((value): [string, string] => [name, value])
  );
}

/** Header fields by name, none of them lost where several have one name. */
export function headerRecord(lines: readonly (readonly [name: string, value: string])[]): MailHeaders {
  const values = new Map<string, string[]>();
  for (const [name, value] of lines) values.set(name, [...values.get(name) ?? [], value]);
  return Object.fromEntries(values);
}
