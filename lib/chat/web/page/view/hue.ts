import { foldName } from "../../../codec/names.ts";

/** Returns the class of a nick's colour: always the same for the same nick. */
export function hue(nick: string): string {
  let number = 7;
  for (const char of foldName(nick)) number = (number * 31 + (char.codePointAt(0) ?? 0)) % 65521;
  return `n${number % 12}`;
}
