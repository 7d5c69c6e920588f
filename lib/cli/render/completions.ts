import { UsageError } from "../../core/errors/errors.ts";
import { SHELLS } from "../grammar/command.ts";
import type { Shape } from "../grammar/shape.ts";
import { bashScript } from "./completions/bash.ts";
import { fishScript } from "./completions/fish.ts";
import { powershellScript } from "./completions/powershell.ts";
import type { Program } from "./completions/place.ts";
import { zshScript } from "./completions/zsh.ts";

const SCRIPTS: Record<typeof SHELLS[number], (program: Program) => string> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};

/** Returns the completion script of a tool for a shell. */
export function completionScript(shell: string, shape: Shape): string {
  const known = SHELLS.find((name) => name === shell);
  if (!known) throw new UsageError(`no completions for "${shell}" (supported: ${SHELLS.join(", ")})`);
  return SCRIPTS[known]({ name: shape.words.join("-"), shape });
}
