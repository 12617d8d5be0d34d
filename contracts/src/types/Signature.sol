// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A secp256k1 signature, the 65 bytes r ‖ s ‖ v in three fields: low s only, v 27 or 28.
struct Signature {
    bytes32 r;
    bytes32 s;
    uint8 v;
}
