import { parseParameters } from "./parameters.ts";

/** One hop of the Forwarded field (RFC 7239 §4). */
export interface ForwardedElement {
  /** The client of that hop: an address, perhaps with a port, or a name without meaning here. */
  readonly for?: string;
  /** The host that it has asked for. */
  readonly host?: string;
  /** The scheme. */
  readonly proto?: string;
}

/** Reads a Forwarded field, the first hop first; empty where it cannot be read. */
export function parseForwarded(value: string | undefined): ForwardedElement[] {
  const elements: ForwardedElement[] = [];
  for (const text of (value ?? "").match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? []) {
    if (text.trim() === "") continue;
    const parameters = parseParameters(`;${text}`);
    if (!parameters) return [];
    elements.push(Object.fromEntries(parameters.map(({ name, value }) => [name, value])));
  }
  return elements;
}
