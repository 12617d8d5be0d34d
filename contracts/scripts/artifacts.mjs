#!/usr/bin/env node
// Writes the ABI and the creation bytecode of what gets deployed to artifacts/, where the C# projects read them.
// With --check it writes nothing and fails when they are stale.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { native } from "./native.mjs";

const CONTRACTS = ["TachyonToken", "DevFaucet", "PaymentChannels"];

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const check = process.argv.includes("--check");

try {
  execFileSync(native("forge"), ["build", "--root", root, "--silent", "--skip", "test"], { stdio: "inherit" });
} catch {
  // forge has said why.
  process.exit(1);
}
mkdirSync(join(root, "artifacts"), { recursive: true });

const stale = [];
for (const name of CONTRACTS) {
  const { abi, bytecode } = JSON.parse(readFileSync(join(root, `out/${name}.sol/${name}.json`), "utf8"));
  const text = `${JSON.stringify({ abi, bytecode: bytecode.object }, null, 1)}\n`;
  const path = join(root, `artifacts/${name}.json`);
  if (!check) writeFileSync(path, text);
  else if (read(path) !== text) stale.push(`artifacts/${name}.json`);
}
if (stale.length !== 0) {
  console.error(`Stale: ${stale.join(", ")}. Run \`npm run artifacts\` in contracts/ and commit the result.`);
  process.exit(1);
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}
