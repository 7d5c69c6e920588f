import { domainToUnicode } from "../../url/mod.ts";
import type { Probe } from "../probe/probe.ts";
import { found } from "../words/findings.ts";
import { type LookAlike, lookAlike } from "./look_alike.ts";

/** The name in ASCII. */
export interface WrittenInput {
  readonly host: string;
}

/** Form of the name for people. */
export interface WrittenSeen extends LookAlike {
  /** The name in letters. */
  readonly letters: string;
}

/** A name with letters beyond ASCII, and what it may be taken for. */
export const writtenProbe: Probe<WrittenInput, WrittenSeen> = {
  name: "written",
  layer: "name",
  observe({ host }) {
    const letters = domainToUnicode(host);
    return Promise.resolve({ letters, ...lookAlike(letters) });
  },
  judge({ letters, mixed, looksLike }, { host }) {
    const data = { letters, name: host };
    if (looksLike !== undefined) return [found("name-looks-like", { ...data, looksLike })];
    if (mixed.length > 0) return [found("name-mixes-scripts", { ...data, scripts: [...mixed] })];
    return [found("name-international", data)];
  },
};
