/**
 * Builds `dist/NAME.js` of each tool: `deno task bundle [NAME…]`.
 * @module
 */
import { bundlePath, bundleTools } from "./build/bundle_tool.ts";
import { chosenTools } from "./records.ts";

const tools = wanted();
await bundleTools(tools);
for (const tool of tools) console.log(`dist/${bundlePath(tool)}`);

function wanted(): readonly string[] {
  try {
    return chosenTools(Deno.args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(2);
  }
}
