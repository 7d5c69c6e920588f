/**
 * Builds `dist/NAME.js` of each tool: `deno task bundle [NAME…]`.
 * @module
 */
import { bundlePath, bundleTool } from "./build/bundle_tool.ts";
import { pool } from "./build/run.ts";
import { toolNames } from "./records.ts";

const tools = Deno.args.length > 0 ? Deno.args : toolNames();
await pool(tools, async (tool) => {
  await bundleTool(tool);
  console.log(`dist/${bundlePath(tool)}`);
});
