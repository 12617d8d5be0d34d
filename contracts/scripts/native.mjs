#!/usr/bin/env node
// Where the native binary of forge, cast or anvil lies. The launchers in node_modules/.bin end with exit code 0
// whatever the tool's own was, so nothing that must notice a failure may go through them.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const architecture = { x64: "amd64", arm64: "arm64" }[process.arch] ?? process.arch;
const suffix = process.platform === "win32" ? ".exe" : "";

export function native(tool) {
  const path = join(
    root,
    `node_modules/@foundry-rs/${tool}-${process.platform}-${architecture}/bin/${tool}${suffix}`,
  );
  if (!existsSync(path)) {
    console.error(`${tool} is not installed: run \`npm ci --ignore-scripts\` in contracts/`);
    process.exit(1);
  }
  return path;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(native(process.argv[2]));
