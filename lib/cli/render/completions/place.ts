import type { Completion } from "../../grammar/kind.ts";
import type { Shape } from "../../grammar/shape.ts";

/** An executable's name, and what may follow it. */
export interface Program {
  /** The name of the executable: `toucan` or `toucan-tcp`. */
  readonly name: string;
  /** What may follow. */
  readonly shape: Shape;
}

/** One place on a command line: after these words, these may come. */
export interface Place {
  /** The words before, the program's name first. */
  readonly words: readonly string[];
  /** The node of the shape there. */
  readonly shape: Shape;
}

/** Every place that a program has. */
export function places(program: Program): Place[] {
  const walk = (shape: Shape, words: readonly string[]): Place[] => [
    { words, shape },
    ...shape.children.flatMap((child) => walk(child, [...words, child.words.at(-1) ?? ""])),
  ];
  return walk(program.shape, [program.name]);
}

/** What a shell offers for a value. */
export interface Offer {
  /** One word, some words separated by commas, files, folders, or nothing. */
  readonly type: "words" | "list" | "files" | "folders" | "nothing";
  /** The words. */
  readonly words: readonly string[];
  /** What stands before the path of a file. */
  readonly prefix: string;
}

/** What a shell offers, in one form. */
export function offerOf(complete: Completion | undefined): Offer {
  const offer = (type: Offer["type"], words: readonly string[] = [], prefix = "") => ({ type, words, prefix });
  if (complete === undefined) return offer("nothing");
  if (complete === "file") return offer("files");
  if (complete === "directory") return offer("folders");
  if ("fileAfter" in complete) return offer("files", [], complete.fileAfter);
  return "listOf" in complete ? offer("list", complete.listOf) : offer("words", complete);
}

/** An option that takes a value, and what is offered for it. */
export interface ValueOption {
  /** Its name, without dashes. */
  readonly name: string;
  /** The letter that stands for it. */
  readonly short?: string;
  /** What is offered for its value. */
  readonly offer: Offer;
}

/** The options of a place that take a value. */
export function valueOptions(shape: Shape): ValueOption[] {
  return shape.options.flatMap(([name, { kind, short }]) =>
    kind ? [{ name, short, offer: offerOf(kind.complete) }] : []
  );
}

/** An operand and what is offered for it: the one with this index, or every further one. */
export interface OperandOffer {
  /** Its index, from 0. */
  readonly index: number;
  /** Whether those behind it are of its kind. */
  readonly many: boolean;
  /** What stands for it in help. */
  readonly metavar: string;
  /** What is offered. */
  readonly offer: Offer;
}

/** The operands of a place. */
export function operandOffers(shape: Shape): OperandOffer[] {
  return shape.operands.map(({ metavar, kind, complete, many = false }, index) => ({
    ...{ index, many, metavar },
    offer: offerOf(complete ?? kind?.complete),
  }));
}
