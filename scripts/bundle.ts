/**
 * Builds `dist/NAME.js` of each tool: `deno task bundle [NAME…]`.
 * @module
 */
import { bundlePath, bundleTools } from "./build/bundle_tool.ts";
import { toolNames } from "./records.ts";

const tools = Deno.args.length > 0 ? Deno.args : toolNames();
await bundleTools(tools);
for (const tool of tools) console.log(`dist/${bundlePath(tool)}`);
