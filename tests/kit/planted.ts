import { assertEquals } from "@std/assert";

/** Something that an attacker may put at the path of a file that a program will create. */
export const PLANTED = ["link", "dangling link", "hard link", "pipe", "device", "folder", "link to a folder"] as const;

/** A planted file. */
export type Planted = typeof PLANTED[number];

/** Path of its target. */
export interface Victim {
  /** Fails if the target was written, created or removed. */
  check(): void;
}

const TEXT = "what is in it\n";

/** Plants it at a path; its target is in `folder`. */
export async function plant(kind: Planted, path: string, folder: string): Promise<Victim> {
  const victim = `${folder}/victim-${crypto.randomUUID().slice(0, 8)}`;
  await Deno.writeTextFile(victim, TEXT, { mode: 0o644 });
  if (kind === "link") await Deno.symlink(victim, path);
  else if (kind === "dangling link") await Deno.symlink(`${victim}.missing`, path);
  else if (kind === "hard link") await Deno.link(victim, path);
  else if (kind === "device") await Deno.symlink("/dev/null", path);
  else if (kind === "folder") await Deno.mkdir(path);
  else if (kind === "link to a folder") await Deno.symlink(await made(`${victim}.folder`), path);
  else await new Deno.Command("mkfifo", { args: [path] }).output();
  return {
    check() {
      assertEquals([Deno.readTextFileSync(victim), (Deno.statSync(victim).mode ?? 0) & 0o777], [TEXT, 0o644], kind);
      assertEquals(namesIn(folder).filter((name) => name.endsWith(".missing")), [], kind);
      if (kind === "link to a folder") assertEquals(namesIn(`${victim}.folder`), [], kind);
    },
  };
}

async function made(folder: string): Promise<string> {
  await Deno.mkdir(folder);
  return folder;
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name);
}
