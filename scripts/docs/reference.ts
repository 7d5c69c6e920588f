import { aliasesOf } from "../../lib/cli/grammar/alias.ts";
import type { Field, Fields } from "../../lib/cli/grammar/field.ts";
import type { Option } from "../../lib/cli/grammar/option.ts";
import type { RecordShape } from "../../lib/cli/grammar/record.ts";
import { operandUsage, optionHelp, type Shape } from "../../lib/cli/grammar/shape.ts";
import { EXIT } from "../../lib/cli/exit.ts";
import { type Html, markup, type Part, prose } from "./html.ts";
import type { Section } from "./sections.ts";

/** Returns the verbs of a tool; the tool itself if it has a single one. */
export function leaves(shape: Shape): readonly Shape[] {
  return [...(shape.runs ? [shape] : []), ...shape.children.flatMap(leaves)];
}

/** Writes the usage, operands and options of each verb. */
export function optionSections(shape: Shape, section: Section): Part[] {
  return leaves(shape).flatMap((leaf): Part[] => {
    const name = leaf.words.join(" ");
    return [
      section(2, `Options of ${name}`),
      markup`
        <p>${capital(leaf.summary)}.</p>
        <pre tabindex="0"><code>${[name, "[OPTION]...", ...leaf.operands.map(operandUsage)].join(" ")}</code></pre>
      `,
      paragraphs(leaf.description),
      paragraphs(leaf.more),
      definitions(
        leaf.operands.map((operand) => [markup`<code>${operand.metavar}</code>`, operand.help, operand.more]),
      ),
      ...leaf.groups.flatMap(({ title, options }) => [
        section(3, `${capital(title)} options`, `${name} ${title} options`),
        definitions(options.map(([name, option]) => [optionTerm(name, option), optionHelp(option), below(option)])),
      ]),
    ];
  });
}

function optionTerm(name: string, { short, kind }: Option): Html {
  const value = kind
    ? markup`
      <var>${kind.metavar}</var>
    `
    : undefined;
  return markup`<code>${short ? `-${short}, ` : ""}--${name}${value}</code>`;
}

function below(option: Option): string | undefined {
  const aliases = aliasesOf(option).map(({ written }) => written);
  const also = aliases.length > 0 ? `Also accepted: ${aliases.join(", ")}.` : undefined;
  return [option.more, also].filter(Boolean).join("\n\n") || undefined;
}

function definitions(rows: readonly (readonly [term: Html, help: string, more?: string])[]): Html {
  if (rows.length === 0) return markup``;
  return markup`
    <dl>
    ${
    rows.map(([term, help, more]) =>
      markup`
        <dt>${term}</dt>
        <dd><p>${prose(help)}</p>${paragraphs(more)}</dd>
      `
    )
  }</dl>
  `;
}

/** Writes the JSON records of each verb as tables of fields. */
export function recordSections(shape: Shape, section: Section): Html[] {
  const printing = leaves(shape).filter(({ records }) => records.length > 0);
  if (printing.length === 0) return [];
  return [
    section(2, "JSON records"),
    markup`
      <p>With <code>--json</code>, each line of stdout is one JSON object. Times are in milliseconds, sizes in bytes. An
      optional field is absent where it does not apply or is not known. <a href="schemas.html">JSON Schemas</a> describe the same
      for programs.</p>
    `,
    ...printing.flatMap((leaf) => {
      const name = leaf.words.slice(1).join(" ");
      return leaf.records.map(([event, record]) =>
        markup`${section(3, `${name}: ${event}`, `json ${name} ${event}`)}${recordTable(event, record)}`
      );
    }),
  ];
}

function recordTable(name: string, { event, help, fields }: RecordShape): Html {
  const first = event
    ? [markup`
      <tr>
        <td><code>event</code></td>
        <td>"${name}"</td>
        <td>always</td>
        <td></td>
      </tr>
    `]
    : [];
  return markup`
    <p>Printed ${help}.</p>
    <div class="scroll" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">field</th>
            <th scope="col">type</th>
            <th scope="col">present</th>
            <th scope="col">meaning</th>
          </tr>
        </thead>
        <tbody>${first}${fieldRows(fields, "")}</tbody>
      </table>
    </div>
  `;
}

const PRESENCE = { always: "always", success: "on success", maybe: "optional" } as const;

function fieldRows(fields: Fields, path: string): Html[] {
  return Object.entries(fields).flatMap(([name, field]: [string, Field]) => [
    markup`
      <tr>
        <td><code>${path}${name}</code></td>
        <td>${field.type}</td>
        <td>${PRESENCE[field.presence]}</td>
        <td>${field.help}</td>
      </tr>
    `,
    ...fieldRows(field.fields ?? {}, `${path}${name}${field.type.startsWith("array") ? "[]" : ""}.`),
  ]);
}

/** Writes the exit codes of a tool, those of all tools included. */
export function exitSection(shape: Shape, section: Section): Html[] {
  const ends = leaves(shape);
  const codes = [...new Set(ends.flatMap(({ exits }) => exits))].sort((a, b) => a - b);
  const meanings = (code: typeof codes[number]) => {
    const own = ends.flatMap((leaf) => leaf.ownExits.filter(([one]) => one === code).map(([, meaning]) => meaning));
    return [...new Set(own.length > 0 ? own : [EXIT[code]])].join("; or: ");
  };
  return [
    section(2, "Exit codes"),
    markup`
      <div class="scroll" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">code</th>
              <th scope="col">meaning</th>
            </tr>
          </thead>
          <tbody>${
      codes.map((code) =>
        markup`
              <tr>
                <td>${code}</td>
                <td>${meanings(code)}</td>
              </tr>
            `
      )
    }</tbody>
        </table>
      </div>
    `,
  ];
}

/** Writes the maximum permissions of a tool, as the command that runs it from a URL. */
export function permissionSection(shape: Shape, section: Section): Html[] {
  return [
    section(2, "Permissions"),
    markup`
      <p>The most permissions that a call can need, as the command that runs the tool from a URL; the executable is compiled
      with the same. A call drops those that it does not need before it uses the network: see <a href="sandbox.html">the
      sandbox</a>.</p>
      <pre tabindex="0"><code>${shape.run.join("\n")}</code></pre>
    `,
  ];
}

function paragraphs(text: string | undefined): Html[] {
  return text?.split("\n\n").map((paragraph) =>
    markup`
      <p>${prose(paragraph)}</p>
    `
  ) ?? [];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
