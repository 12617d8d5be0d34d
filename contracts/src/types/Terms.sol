// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What both sides of a channel agreed on. Its EIP-712 digest is the channel id, so nothing in it can ever
/// change; a top-up raises the capacity of the channel, not that of its terms.
/// @param consumer Buys bytes and pays the deposit.
/// @param provider Sells bytes. For a lock, a registered proxy.
/// @param capacity Bytes that the opening deposit covers; a multiple of 1,000.
/// @param pricePerMB Base units of the token for 1,000,000 bytes.
/// @param tolerance Packet loss that both accept, in parts per million.
/// @param kind 1 direct, 2 lock (110 % of the price).
/// @param salt Tells apart channels with otherwise equal terms.
struct Terms {
    address consumer;
    address provider;
    uint64 capacity;
    uint96 pricePerMB;
    uint32 tolerance;
    uint8 kind;
    bytes32 salt;
}
