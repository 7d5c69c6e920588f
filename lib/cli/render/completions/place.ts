import { aliasesOf, takesValue } from "../../grammar/alias.ts";
import type { Completion } from "../../grammar/kind.ts";
import { optionLine, type Shape } from "../../grammar/shape.ts";

/** An executable and its shape. */
export interface Program {
  /** The name of the executable: `toucan` or `toucan-tcp`. */
  readonly name: string;
  /** The shape of its command line. */
  readonly shape: Shape;
}

/** A position on a command line, after some words. */
export interface Place {
  /** The words before it, with the name of the program first. */
  readonly words: readonly string[];
  /** The shape at this position. */
  readonly shape: Shape;
}

/** Returns all positions of a program. */
export function places(program: Program): Place[] {
  const walk = (shape: Shape, words: readonly string[]): Place[] => [
    { words, shape },
    ...shape.children.flatMap((child) => walk(child, [...words, child.words.at(-1) ?? ""])),
  ];
  return walk(program.shape, [program.name]);
}

/** Completions of a value. */
export interface Offer {
  /** One word, some words separated by commas, files, folders, or nothing. */
  readonly type: "words" | "list" | "files" | "folders" | "nothing";
  /** The words. */
  readonly words: readonly string[];
  /** Prefix of the path of a file. */
  readonly prefix: string;
}

/** Returns completions in a uniform format. */
export function offerOf(complete: Completion | undefined): Offer {
  const offer = (type: Offer["type"], words: readonly string[] = [], prefix = "") => ({ type, words, prefix });
  if (complete === undefined) return offer("nothing");
  if (complete === "file") return offer("files");
  if (complete === "directory") return offer("folders");
  if ("fileAfter" in complete) return offer("files", [], complete.fileAfter);
  return "listOf" in complete ? offer("list", complete.listOf) : offer("words", complete);
}

/** One way to write an option that a shell offers or understands. */
export interface OptionWord {
  /** As it is typed: `--output` or `-o`. */
  readonly written: string;
  /** Placeholder of its value; undefined for one without. */
  readonly metavar?: string;
  /** Completions of its value; undefined for one without. */
  readonly offer?: Offer;
  /** Whether it may be given several times. */
  readonly many: boolean;
  /** Description. */
  readonly help: string;
}

/** Every way to write the options of a place that shells can complete: names, letters and aliases of these two forms. */
export function optionWords(shape: Shape): OptionWord[] {
  const options = shape.options.flatMap(([name, option]) => {
    const { kind, short, many } = option;
    const own = { metavar: kind?.metavar, offer: kind && offerOf(kind.complete), many, help: optionLine(option) };
    const aliases = aliasesOf(option).map((alias): OptionWord => {
      const takes = takesValue({ option, alias });
      const plain = alias.prefix === undefined && alias.only === undefined;
      const offer = takes ? offerOf(plain ? kind?.complete : undefined) : undefined;
      return { ...own, written: alias.written, metavar: takes ? own.metavar ?? "VALUE" : undefined, offer };
    });
    return [
      { ...own, written: `--${name}` },
      ...(short === undefined ? [] : [{ ...own, written: `-${short}` }]),
      ...aliases,
    ];
  });
  const accepted = shape.accepted.map(([word, { why }]): OptionWord => ({ written: word, many: false, help: why }));
  return [...options, ...accepted].filter(({ written }) => /^(?:--[\w.-]+|-\w)$/.test(written));
}

/** Those of them that take a value. */
export function valueWords(shape: Shape): (OptionWord & { readonly offer: Offer })[] {
  return optionWords(shape).flatMap((word) => word.offer ? [{ ...word, offer: word.offer }] : []);
}

/** Completions of an operand: the one with this index, or every further one. */
export interface OperandOffer {
  /** Its index, from 0. */
  readonly index: number;
  /** Whether later operands are of its kind. */
  readonly many: boolean;
  /** Placeholder in help. */
  readonly metavar: string;
  /** Its completions. */
  readonly offer: Offer;
}

/** The operands of a place. */
export function operandOffers(shape: Shape): OperandOffer[] {
  return shape.operands.map(({ metavar, kind, complete, many = false }, index) => ({
    ...{ index, many, metavar },
    offer: offerOf(complete ?? kind?.complete),
  }));
}
