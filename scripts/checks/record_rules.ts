import { type Command, EVERYWHERE, type Fields, type Grant, type Option, type Verb } from "../../lib/cli/mod.ts";

const LISTS = ["read", "write", "env", "sys", "unstable"] as const;

/** Returns the problems of a tool's record as sentences. `name` is the name of its file. */
export function recordProblems(name: string, command: Command): string[] {
  const verbs = Object.entries(command.verbs ?? {});
  const path = name === "toucan" ? "" : `${name} `;
  return [
    ...(command.name === name ? [] : [`its name is "${command.name}"`]),
    ...sentence("its summary", command.summary),
    ...grantProblems(command),
    ...(command.verb ? verbProblems(name, command.verb) : []),
    ...verbs.flatMap(([word, verb]) => verbProblems(path + word, verb)),
  ];
}

function verbProblems(path: string, verb: Verb): string[] {
  const shorts = [...Object.values(verb.options), ...Object.values<Option>(EVERYWHERE)].flatMap(({ short }) =>
    short ?? []
  );
  const twice = shorts.filter((short, i) => shorts.indexOf(short) !== i);
  const early = verb.operands.slice(0, -1).filter((operand) => operand.many || operand.batch);
  return [
    ...sentence("its summary", verb.summary),
    ...Object.entries(verb.options).flatMap(([name, { help }]) => sentence(`the help of --${name}`, help)),
    ...Object.keys(verb.options).filter((name) => name in EVERYWHERE).map((name) => `--${name} is every verb's`),
    ...Object.keys(verb.options).filter((name) => !/^[a-z0-9][a-z0-9-]*$/.test(name)).map((name) =>
      `bad name --${name}`
    ),
    ...Object.entries(verb.options).flatMap(([name, { with: companions = [], without = [] }]) =>
      [...companions, ...without].filter((other) => other === name || !Object.hasOwn(verb.options, other)).map((
        other,
      ) => `--${name} says something of --${other}`)
    ),
    ...verb.operands.flatMap(({ metavar, help }) => sentence(`the help of ${metavar}`, help)),
    ...verb.examples.flatMap(({ does }) => sentence("an example", does)),
    ...(verb.examples.length > 0 ? [] : ["it has no example"]),
    ...verb.examples.filter(({ line }) => !`${line} `.startsWith(`${path} `) && !line.includes(`| toucan ${path} `))
      .map(({ line }) => `the example "${line}" does not run it`),
    ...jsonProblems(verb),
    ...twice.map((short) => `-${short} stands for two options`),
    ...early.map(({ metavar }) => `only the last operand may be several, not ${metavar}`),
  ].map((problem) => `${path}: ${problem}`);
}

/** Checks that the permissions of the verbs together are those of the tool, and include the paths in their options. */
function grantProblems({ permissions, verb, verbs = {}, tools }: Command): string[] {
  const all = verb ? { ...verbs, "": verb } : verbs;
  const grants = Object.values(all).map((verb) => verb.permissions ?? permissions);
  const needed = Object.entries(all).flatMap(([word, verb]) =>
    Object.entries(verb.options).flatMap(([name, option]) => {
      const path = option.kind?.complete === "file" || option.kind?.complete === "directory";
      const needs = path ? option.needs?.("/path") ?? {} : {};
      const grant = verb.permissions ?? permissions;
      return (["read", "write"] as const).filter((access) => needs[access]?.length && !grant[access]?.length)
        .map((access) => `${word}: --${name} needs ${access}, which the verb is not granted`);
    })
  );
  return [
    ...grants.flatMap((grant) => missingGrants(permissions, grant)).map((missing) =>
      `a verb has ${missing}, but not it`
    ),
    ...(tools ? [] : missingGrants(merged(grants), permissions).map((missing) => `no verb needs its ${missing}`)),
    ...needed,
  ];
}

function merged(grants: readonly Grant[]): Grant {
  const lists = LISTS.map((name) => [name, grants.flatMap((grant) => grant[name] ?? [])]);
  return { ...Object.fromEntries(lists), net: grants.some(({ net }) => net) };
}

/** Checks that a verb with --json has a table of records, and that a server has the record `listening`. */
function jsonProblems({ options, records, server }: Verb): string[] {
  if (records === undefined) return Object.hasOwn(options, "json") ? ["--json has no table of records"] : [];
  const texts = Object.entries(records).flatMap(([name, { help, fields }]) => [
    [`the record ${name}`, help] as const,
    ...fieldTexts(name, fields),
  ]);
  return [
    ...(Object.hasOwn(options, "json") ? [] : ["it has a table of records, but no --json"]),
    ...(server && !Object.hasOwn(records, "listening") ? ["its records lack LISTENING"] : []),
    ...texts.flatMap(([what, text]) => text === "" ? [] : sentence(what, text)),
  ];
}

function fieldTexts(path: string, fields: Fields): (readonly [what: string, text: string])[] {
  return Object.entries(fields).flatMap(([name, field]) => [
    [`the field ${path}.${name}`, field.help] as const,
    ...fieldTexts(`${path}.${name}`, field.fields ?? {}),
  ]);
}

function sentence(what: string, text: string): string[] {
  if (text === "" || /[.!]$/.test(text)) return [`${what} is empty or ends with a full stop: "${text}"`];
  return /^[A-Z][a-z]/.test(text) ? [`${what} starts with a capital: "${text}"`] : [];
}

/** Returns the permissions of one grant that another, which has to include it, lacks. */
export function missingGrants(whole: Grant, part: Grant): string[] {
  const net = part.net && !whole.net ? ["net"] : [];
  return [
    ...net,
    ...LISTS.flatMap((name) =>
      (part[name] ?? []).filter((entry) => !whole[name]?.some((held) => held === entry)).map((entry) =>
        `${name}=${entry}`
      )
    ),
  ];
}
