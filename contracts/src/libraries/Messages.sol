// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {IPaymentChannels} from "../interfaces/IPaymentChannels.sol";
import {Limits} from "./Limits.sol";

/// @title Signed messages
/// @notice One EIP-712 type per meaning, so that no signature serves two ends, and how long each may be valid.
library Messages {
    bytes32 internal constant ACCEPTANCE = keccak256("Acceptance(bytes32 channelId,uint64 expiry)");
    bytes32 internal constant OPEN = keccak256("Open(bytes32 channelId,uint64 validUntil)");
    bytes32 internal constant CONFIRM = keccak256("Confirm(bytes32 channelId,uint64 validUntil)");
    bytes32 internal constant DECLINE = keccak256("Decline(bytes32 channelId,uint64 validUntil)");
    bytes32 internal constant CLOSE = keccak256("Close(bytes32 channelId,uint64 validUntil)");
    bytes32 internal constant TOP_UP = keccak256("TopUp(bytes32 channelId,uint64 newCapacity,uint64 validUntil)");
    bytes32 internal constant CLOSURE = keccak256("Closure(bytes32 channelId,uint64 bytesUsed,uint64 validUntil)");

    /// @notice The digest of a message (channelId, time).
    function digest(bytes32 domainSeparator, bytes32 typeHash, bytes32 channelId, uint64 time)
        internal
        pure
        returns (bytes32)
    {
        return MessageHashUtils.toTypedDataHash(domainSeparator, keccak256(abi.encode(typeHash, channelId, time)));
    }

    /// @notice The digest of a message (channelId, byte count, time).
    function digest(bytes32 domainSeparator, bytes32 typeHash, bytes32 channelId, uint64 byteCount, uint64 time)
        internal
        pure
        returns (bytes32)
    {
        return MessageHashUtils.toTypedDataHash(
            domainSeparator, _hash(typeHash, channelId, byteCount, time)
        );
    }

    /// @notice Reverts unless now ≤ `validUntil` ≤ a day ahead.
    function requireValid(uint64 validUntil) internal view {
        _requireWithin(validUntil, Limits.MAX_VALIDITY);
    }

    /// @notice Reverts unless now ≤ `expiry` ≤ 10 minutes ahead.
    function requireValidAcceptance(uint64 expiry) internal view {
        _requireWithin(expiry, Limits.MAX_ACCEPTANCE_VALIDITY);
    }

    function _requireWithin(uint256 time, uint256 maximumAhead) private view {
        if (block.timestamp > time) revert IPaymentChannels.SignatureExpired(time, block.timestamp);
        if (time - block.timestamp > maximumAhead) {
            revert IPaymentChannels.ValidityTooLong(time, block.timestamp + maximumAhead);
        }
    }

    /// @dev keccak256(abi.encode(…)) of four words, without taking memory for them: a close is close to its gas limit.
    function _hash(bytes32 a, bytes32 b, uint256 c, uint256 d) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, a)
            mstore(add(free, 0x20), b)
            mstore(add(free, 0x40), c)
            mstore(add(free, 0x60), d)
            hash := keccak256(free, 0x80)
        }
    }
}
