import type { Verb } from "../grammar/command.ts";
import type { Parsed } from "../grammar/parse.ts";
import { type Needs, union } from "./sandbox.ts";

/** Returns the permissions that a call of a verb needs: those of the verb, and those of the options that it has. */
export function callNeeds(verb: Verb, { options, operands }: Parsed): Needs {
  const ofOptions = Object.entries(verb.options).flatMap(([name, option]) => {
    const value = options[name];
    if (value === undefined || value === false || !option.needs) return [];
    return [option.needs].flatMap((needs) => (Array.isArray(value) && option.many ? value : [value]).map(needs));
  });
  return union(verb.needs?.({ options, operands }) ?? {}, ...ofOptions);
}
