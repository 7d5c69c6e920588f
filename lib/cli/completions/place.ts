import type { Shape } from "../shape.ts";

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

/** Whether files are what the operands of a place are. */
export function takesFiles(shape: Shape): boolean {
  return shape.operands.some(({ kind }) => kind?.complete === "file" || kind?.complete === "directory");
}

/** The words that the operands of a place may be. */
export function operandWords(shape: Shape): string[] {
  return shape.operands.flatMap(({ kind }) => typeof kind?.complete === "object" ? kind.complete : []);
}
