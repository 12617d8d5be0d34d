// What the best published systems commit to in their repositories, and what Tachyon must stay under.
// Lives: µRaiden is open, uncooperative close and settle (it has no challenge transaction), or open and cooperative
// close; Raiden is open with deposit, close, update and settle, or open and cooperative settle.
const MICRO_RAIDEN = { open: 120_090, coop_close: 71_182, start_close: 53_876, settle: 40_896, claim_again: 42_600 };
const RAIDEN = {
  open: 146_956,
  coop_close: 112_270,
  start_close: 118_501,
  challenge: 90_516,
  settle: 108_569,
  claim_again: 115_142,
  claim_batch: 11_700,
};

const microDisputed = MICRO_RAIDEN.open + MICRO_RAIDEN.start_close + MICRO_RAIDEN.settle;
const raidenDisputed = RAIDEN.open + RAIDEN.start_close + RAIDEN.settle;

export const LIMITS = {
  open: 76_000,
  open_accepted: 88_000,
  coop_close: 70_000,
  start_close: 68_000,
  challenge: 51_000,
  settle: 66_000,
  settle_burn: 74_000,
  claim_again: 56_000,
  claim_batch: 19_000,
  life_coop: MICRO_RAIDEN.open + MICRO_RAIDEN.coop_close,
  life_disputed: microDisputed,
  life_challenged: raidenDisputed + RAIDEN.challenge,
};

const row = (key, label, microRaiden = MICRO_RAIDEN[key], raiden = RAIDEN[key]) => ({ key, label, microRaiden, raiden });

export const PEERS = [
  row("open", "open with deposit"),
  row("confirm", "confirm"),
  row("open_accepted", "open with the provider's acceptance"),
  row("coop_close", "cooperative close, relayed"),
  row("start_close", "unilateral close, both units"),
  row("start_close_silent", "unilateral close, no unit"),
  row("challenge", "challenge"),
  row("settle", "settle"),
  row("settle_burn", "settle with burn", MICRO_RAIDEN.settle, RAIDEN.settle),
  row("claim_first", "claim, first"),
  row("claim_again", "claim, second and later"),
  row("claim_batch", "claim, each further one in a batch"),
  row("life_coop", "a life: open accepted, cooperative close", LIMITS.life_coop, RAIDEN.open + RAIDEN.coop_close),
  row("life_disputed", "a life: open accepted, both units, settle, burn", microDisputed, raidenDisputed),
  row("life_challenged", "the same with a challenge", undefined, raidenDisputed + RAIDEN.challenge),
];
