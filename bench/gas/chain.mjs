// A private anvil and the few things that the measurement does with it, by way of cast.
import { execFileSync, spawn } from "node:child_process";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { native } from "../../contracts/scripts/native.mjs";

const contracts = join(dirname(fileURLToPath(import.meta.url)), "../../contracts");

// anvil's well-known development keys.
export const KEYS = {
  deployer: "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
  consumer: "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
  provider: "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
  relayer: "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6",
};

export async function startChain() {
  const port = await freePort();
  const anvil = spawn(native("anvil"), ["--port", String(port), "--silent"], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  const rpc = async (method, ...params) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const reply = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    const { result, error } = await reply.json();
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  await until("anvil did not start", () => rpc("eth_chainId").catch(() => null));
  const receipt = (hash) => until(`${hash} was not mined`, () => rpc("eth_getTransactionReceipt", hash));
  return { url, rpc, receipt, stop: () => anvil.kill() };
}

export function deploy(url, out) {
  run(process.execPath, [join(contracts, "scripts/deploy.mjs"), "--rpc-url", url, "--out", out], {
    TACHYON_DEPLOYER_KEY: KEYS.deployer,
  });
}

export function cast(...args) {
  return run(native("cast"), args).trim();
}

function run(file, args, env = {}) {
  return execFileSync(file, args, { encoding: "utf8", env: { ...process.env, ...env } });
}

// Asks again until there is an answer, for ten seconds at most.
async function until(complaint, ask) {
  for (let attempt = 0; attempt < 1000; ++attempt) {
    const answer = await ask();
    if (answer !== null) return answer;
    await new Promise((again) => setTimeout(again, 10));
  }
  throw new Error(complaint);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
