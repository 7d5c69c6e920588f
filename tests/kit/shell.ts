import { Terminal } from "./tmux.ts";

/** Arguments and settings of each shell with which it completes, and writes its edited line to a file at Ctrl-O. */
const SHELLS = {
  bash: {
    file: "bashrc",
    rc: (scripts: string) => `
PS1='READY> '
bind 'set completion-query-items 0' 'set page-completions off' 'set bell-style none' 2>/dev/null
bind 'set completion-query-items 0'; bind 'set page-completions off'; bind 'set bell-style none'
${scripts}
dump() { printf '%s\\n' "$READLINE_LINE" >> "$OUT"; READLINE_LINE=""; tmux wait-for -S next; }
bind -x '"\\C-o": dump'
`,
    command: (folder: string) => ["bash", "--noprofile", "--rcfile", `${folder}/bashrc`, "-i"],
  },
  zsh: {
    file: ".zshrc",
    rc: (scripts: string) => `
PS1='READY> '
unsetopt beep
LISTMAX=10000
autoload -Uz compinit && compinit -u -D
${scripts}
dump() { print -r -- "$BUFFER" >> "$OUT"; BUFFER=""; tmux wait-for -S next }
zle -N dump
bindkey '^O' dump
`,
    command: () => ["zsh", "-d", "-i"],
  },
  fish: {
    file: "rc.fish",
    rc: (scripts: string) => `
function fish_prompt; echo 'READY> '; end
function fish_greeting; end
${scripts}
function dump; commandline >> "$OUT"; commandline -r ''; tmux wait-for -S next; end
bind \\co dump
`,
    command: (folder: string) => ["fish", "--no-config", "-C", `source ${folder}/rc.fish`],
  },
} as const;

/** A shell in which completions can be tested. */
export type Shell = keyof typeof SHELLS;

/** Names of these shells. */
export const COMPLETING_SHELLS = ["bash", "zsh", "fish"] as const satisfies readonly Shell[];

/**
 * Returns each line after Tab was pressed at its end, in a real shell in `folder/here` that has sourced these scripts.
 * Trailing blanks are removed.
 */
export async function complete(
  shell: Shell,
  scripts: string,
  lines: readonly string[],
  folder: string,
): Promise<string[]> {
  const { file, rc, command } = SHELLS[shell];
  await Deno.writeTextFile(`${folder}/${file}`, rc(scripts));
  const out = `${folder}/out`;
  await Deno.writeTextFile(out, "");
  const env = {
    OUT: out,
    ZDOTDIR: folder,
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    XDG_DATA_HOME: folder,
    LC_ALL: "C.UTF-8",
  };
  await using terminal = await Terminal.open(command(folder), env, `${folder}/here`);
  await terminal.shows(/READY> *\n*$/);
  for (const line of lines) {
    await terminal.type(line);
    await terminal.press("Tab");
    await terminal.press("C-o");
    await terminal.event("next");
  }
  return (await Deno.readTextFile(out)).split("\n").slice(0, -1).map((line) => line.trimEnd());
}
