#!/usr/bin/env node
// Sends real transactions to a fresh anvil and prints what each cost in all: base fee of 21,000, calldata and the
// token's transfers included. Balances and the provider's record are not zero before a measured call, and the
// consumer's allowance is a finite one, which each deposit draws on.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { KEYS, cast, deploy, startChain } from "./chain.mjs";
import { PEERS, LIMITS } from "./figures.mjs";

const TERMS = "(address,address,uint64,uint96,uint32,uint8,bytes32)";
const SIGNATURE = "(bytes32,bytes32,uint8)";
const UNIT = `(uint64,uint64,uint64,bytes32,${SIGNATURE})`;
const NO_UNIT = `(0,0,0,0x${"0".repeat(64)},(0x${"0".repeat(64)},0x${"0".repeat(64)},0))`;
const TYPES = {
  UsageUnit: "bytes32 channelId,uint64 index,uint64 bytesUsed,address consumer,address provider,uint64 timestamp,bytes32 counterUnit",
  Closure: "bytes32 channelId,uint64 bytesUsed,uint64 validUntil",
  Acceptance: "bytes32 channelId,uint64 expiry",
};
const MB = 1_000_000;

const scratch = mkdtempSync(join(tmpdir(), "tachyon-gas-"));
const chain = await startChain();
try {
  report(await measure());
} finally {
  chain.stop();
  rmSync(scratch, { recursive: true });
}

async function measure() {
  deploy(chain.url, join(scratch, "deployment.json"));
  const { chainId, token, paymentChannels } = JSON.parse(readFileSync(join(scratch, "deployment.json"), "utf8"));
  const account = Object.fromEntries(Object.entries(KEYS).map(([name, key]) => [name, cast("wallet", "address", key)]));
  const domain = { name: "Tachyon", version: "1", chainId, verifyingContract: paymentChannels };
  let salt = 0;

  const send = async (from, to, signature, ...args) => {
    const hash = await chain.rpc("eth_sendTransaction", {
      from: account[from],
      to,
      data: cast("calldata", signature, ...args),
      gas: "0x1c9c380",
    });
    const receipt = await chain.receipt(hash);
    if (receipt.status !== "0x1") throw new Error(`${signature} was reverted`);
    return Number(receipt.gasUsed);
  };
  const call = (from, signature, ...args) => send(from, paymentChannels, signature, ...args);
  const read = (signature, ...args) => cast("call", paymentChannels, signature, ...args, "--rpc-url", chain.url);
  const now = async () => Number((await chain.rpc("eth_getBlockByNumber", "latest", false)).timestamp);
  const pass = async (seconds) => {
    await chain.rpc("evm_increaseTime", seconds);
    await chain.rpc("evm_mine");
  };
  const sign = (signer, primaryType, message) => {
    const fields = (text) => text.split(",").map((field) => field.split(" ")).map(([type, name]) => ({ name, type }));
    const types = {
      EIP712Domain: fields("string name,string version,uint256 chainId,address verifyingContract"),
      [primaryType]: fields(TYPES[primaryType]),
    };
    const data = JSON.stringify({ types, primaryType, domain, message });
    const bytes = cast("wallet", "sign", "--data", data, "--private-key", KEYS[signer]);
    return `(0x${bytes.slice(2, 66)},0x${bytes.slice(66, 130)},${parseInt(bytes.slice(130), 16)})`;
  };
  const terms = () => {
    const value = `0x${(0x7ac4_0000_0000 + ++salt).toString(16).padStart(64, "9")}`;
    const text = `(${account.consumer},${account.provider},${1000 * MB},${10n ** 15n + 123456789n},10000,1,${value})`;
    return { text, id: read(`channelIdOf(${TERMS})(bytes32)`, text) };
  };
  const unit = (signer, { id }, bytesUsed, index = 1207) => {
    const counterUnit = cast("keccak", `unit ${index}`);
    const timestamp = 1_790_000_123_456;
    const { consumer, provider } = account;
    const signed = sign(signer, "UsageUnit", { channelId: id, index, bytesUsed, consumer, provider, timestamp, counterUnit });
    return `(${index},${bytesUsed},${timestamp},${counterUnit},${signed})`;
  };
  const openAccepted = async (channel) => {
    const expiry = (await now()) + 300;
    const accepted = sign("provider", "Acceptance", { channelId: channel.id, expiry });
    return call("consumer", `openAccepted(${TERMS},uint64,${SIGNATURE})`, channel.text, String(expiry), accepted);
  };
  const close = async (channel, bytesUsed) => {
    const validUntil = (await now()) + 3600;
    const message = { channelId: channel.id, bytesUsed, validUntil };
    const signatures = [sign("consumer", "Closure", message), sign("provider", "Closure", message)];
    return call(
      "relayer",
      `cooperativeClose(${TERMS},uint64,uint64,${SIGNATURE},${SIGNATURE})`,
      channel.text,
      String(bytesUsed),
      String(validUntil),
      ...signatures,
    );
  };
  const startClose = (channel, consumerUnit, providerUnit) =>
    call("consumer", `startClose(${TERMS},${UNIT},${UNIT})`, channel.text, consumerUnit, providerUnit);
  const claim = (channel, shown) => call("relayer", `claim(${TERMS},${UNIT})`, channel.text, shown);
  const settle = async (channel) => {
    await pass(43_200);
    return call("relayer", `settle(${TERMS})`, channel.text);
  };

  await send("deployer", token, "transfer(address,uint256)", account.consumer, String(10n ** 24n));
  await send("deployer", token, "transfer(address,uint256)", account.provider, String(10n ** 18n));
  await send("consumer", token, "approve(address,uint256)", paymentChannels, String(10n ** 24n));
  const gas = {};

  // The escrow holds another channel all along, and the provider has had one before.
  await call("consumer", `open(${TERMS})`, terms().text);
  const first = terms();
  await openAccepted(first);
  await close(first, 200 * MB);

  const plain = terms();
  gas.open = await call("consumer", `open(${TERMS})`, plain.text);
  gas.confirm = await call("provider", `confirm(${TERMS})`, plain.text);
  gas.coop_close = await close(plain, 345_678_000);

  const agreed = terms();
  gas.open_accepted = await openAccepted(agreed);
  gas.start_close = await startClose(agreed, unit("consumer", agreed, 345_678_000), unit("provider", agreed, 345_678_000));
  gas.settle = await settle(agreed);

  const disputed = terms();
  await openAccepted(disputed);
  await startClose(disputed, unit("consumer", disputed, 345_678_000), unit("provider", disputed, 345_678_000));
  gas.challenge = await call("relayer", `challenge(${TERMS},${UNIT})`, disputed.text, unit("provider", disputed, 349_876_000));
  gas.settle_burn = await settle(disputed);

  const silent = terms();
  await openAccepted(silent);
  gas.start_close_silent = await startClose(silent, NO_UNIT, NO_UNIT);
  await settle(silent);

  const claimed = [terms(), terms(), terms()];
  for (const channel of claimed) await openAccepted(channel);
  gas.claim_first = await claim(claimed[0], unit("consumer", claimed[0], 50_000_000));
  gas.claim_again = await claim(claimed[0], unit("consumer", claimed[0], 345_678_000));
  for (const channel of claimed.slice(1)) await claim(channel, unit("consumer", channel, 50_000_000));
  const batch = (channels, bytesUsed) =>
    call(
      "relayer",
      `claimMany((${TERMS},${UNIT})[])`,
      `[${channels.map((channel) => `(${channel.text},${unit("consumer", channel, bytesUsed)})`).join(",")}]`,
    );
  const one = await batch(claimed.slice(0, 1), 456_789_000);
  gas.claim_batch = Math.round(((await batch(claimed, 567_891_000)) - one) / 2);

  gas.life_coop = gas.open_accepted + gas.coop_close;
  gas.life_disputed = gas.open_accepted + gas.start_close + gas.settle_burn;
  gas.life_challenged = gas.life_disputed + gas.challenge;
  return gas;
}

function report(gas) {
  const number = (value) => (value === undefined ? "–" : value.toLocaleString("en-US"));
  const row = (...cells) => cells.map((cell, i) => (i === 0 ? cell.padEnd(50) : cell.padStart(11))).join("");
  console.log(row("gas of whole transactions", "Tachyon", "limit", "µRaiden", "Raiden"));
  const over = [];
  for (const { key, label, microRaiden, raiden } of PEERS) {
    console.log(row(label, number(gas[key]), number(LIMITS[key]), number(microRaiden), number(raiden)));
    if (gas[key] >= LIMITS[key]) over.push(key);
  }
  const keys = "open open_accepted coop_close start_close challenge settle settle_burn claim_again claim_batch life_coop life_disputed";
  if (over.length !== 0) console.error(`over the limit: ${over.join(", ")}`);
  console.log(`gas ${keys.split(" ").map((key) => `${key}=${gas[key]}`).join(" ")}`);
  process.exitCode = over.length === 0 ? 0 : 1;
}
