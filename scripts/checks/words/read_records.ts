import type { Command, Fields, Verb } from "../../../lib/cli/mod.ts";
import { EVERYWHERE } from "../../../lib/cli/mod.ts";
import { oneLine, type Text } from "./text.ts";

/** Returns every text of a tool's record: summaries, descriptions, and the help of operands, options, examples and fields. */
export function readRecord(name: string, command: Command): Text[] {
  const path = `cmd/${name}.ts`;
  const verbs = [...(command.verb ? [command.verb] : []), ...Object.values(command.verbs ?? {})];
  const texts = [command.summary, command.description, ...verbs.flatMap(verbTexts)];
  return texts.flatMap((text) => text ? [{ kind: "help", path, line: 0, text: oneLine(text) }] : []);
}

function verbTexts(verb: Verb): (string | undefined)[] {
  return [
    verb.summary,
    verb.description,
    ...verb.operands.map(({ help }) => help),
    ...Object.values({ ...EVERYWHERE, ...verb.options }).map(({ help }) => help),
    ...verb.examples.map(({ does }) => does),
    ...Object.values(verb.hints ?? {}),
    ...Object.values(verb.records ?? {}).flatMap(({ help, fields }) => [help, ...fieldTexts(fields)]),
  ];
}

function fieldTexts(fields: Fields): string[] {
  return Object.values(fields).flatMap(({ help, fields = {} }) => [help, ...fieldTexts(fields)]);
}
