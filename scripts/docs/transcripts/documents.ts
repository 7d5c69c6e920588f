import { ROOT } from "../../root.ts";

/** Returns the paths of the Markdown of the library and its rooms. Permission: read. */
export function documentPaths(): string[] {
  const entries = [...Deno.readDirSync(`${ROOT}lib`)];
  const rooms = entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => `lib/${name}`);
  return ["lib", ...rooms.sort()].flatMap((room) =>
    [...Deno.readDirSync(ROOT + room)].map(({ name }) => name).filter((name) => name.endsWith(".md")).sort()
      .map((name) => `${room}/${name}`)
  );
}
