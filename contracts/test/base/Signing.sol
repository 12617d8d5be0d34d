// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Signature} from "../../src/types/Signature.sol";
import {SignedUnit} from "../../src/types/SignedUnit.sol";
import {Terms} from "../../src/types/Terms.sol";
import {VM} from "./Vm.sol";

/// @notice Builds and signs the protocol's messages as a node does: nothing here comes from the contracts under test.
abstract contract Signing {
    bytes32 private constant _DOMAIN =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant _TERMS = keccak256(
        "Terms(address consumer,address provider,uint64 capacity,uint96 pricePerMB,uint32 tolerance,uint8 kind,bytes32 salt)"
    );
    bytes32 private constant _UNIT = keccak256(
        "UsageUnit(bytes32 channelId,uint64 index,uint64 bytesUsed,address consumer,address provider,uint64 timestamp,bytes32 counterUnit)"
    );
    bytes32 private constant _CLOSURE = keccak256("Closure(bytes32 channelId,uint64 bytesUsed,uint64 validUntil)");
    bytes32 private constant _TOP_UP = keccak256("TopUp(bytes32 channelId,uint64 newCapacity,uint64 validUntil)");
    bytes32 private constant _PERMIT =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    function separatorOf(string memory name, address verifyingContract) internal view returns (bytes32) {
        return keccak256(
            abi.encode(_DOMAIN, keccak256(bytes(name)), keccak256("1"), block.chainid, verifyingContract)
        );
    }

    function hashOf(Terms memory terms) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                _TERMS,
                terms.consumer,
                terms.provider,
                terms.capacity,
                terms.pricePerMB,
                terms.tolerance,
                terms.kind,
                terms.salt
            )
        );
    }

    function typed(bytes32 separator, bytes32 structHash) internal pure returns (bytes32) {
        return keccak256(bytes.concat(hex"1901", separator, structHash));
    }

    function signed(uint256 key, bytes32 digest) internal pure returns (Signature memory signature) {
        (signature.v, signature.r, signature.s) = VM.sign(key, digest);
    }

    function unitDigest(bytes32 separator, Terms memory terms, SignedUnit memory unit) internal pure returns (bytes32) {
        return typed(
            separator,
            keccak256(
                abi.encode(
                    _UNIT,
                    typed(separator, hashOf(terms)),
                    unit.index,
                    unit.bytesUsed,
                    terms.consumer,
                    terms.provider,
                    unit.timestamp,
                    unit.counterUnit
                )
            )
        );
    }

    function signUnit(bytes32 separator, Terms memory terms, uint256 key, uint64 bytesUsed)
        internal
        pure
        returns (SignedUnit memory unit)
    {
        unit.index = 1;
        unit.bytesUsed = bytesUsed;
        unit.timestamp = 1_790_000_000_000;
        unit.signature = signed(key, unitDigest(separator, terms, unit));
    }

    function closureDigest(bytes32 separator, bytes32 channelId, uint64 bytesUsed, uint64 validUntil)
        internal
        pure
        returns (bytes32)
    {
        return typed(separator, keccak256(abi.encode(_CLOSURE, channelId, bytesUsed, validUntil)));
    }

    function signClosure(bytes32 separator, bytes32 channelId, uint256 key, uint64 bytesUsed, uint64 validUntil)
        internal
        pure
        returns (Signature memory)
    {
        return signed(key, closureDigest(separator, channelId, bytesUsed, validUntil));
    }

    function topUpDigest(bytes32 separator, bytes32 channelId, uint64 newCapacity, uint64 validUntil)
        internal
        pure
        returns (bytes32)
    {
        return typed(separator, keccak256(abi.encode(_TOP_UP, channelId, newCapacity, validUntil)));
    }

    function signTopUp(bytes32 separator, bytes32 channelId, uint256 key, uint64 newCapacity, uint64 validUntil)
        internal
        pure
        returns (Signature memory)
    {
        return signed(key, topUpDigest(separator, channelId, newCapacity, validUntil));
    }

    /// @dev The digest of an order such as Open(channelId, validUntil), or Acceptance(channelId, expiry), by its name.
    function orderDigest(bytes32 separator, string memory name, bytes32 channelId, uint64 time)
        internal
        pure
        returns (bytes32)
    {
        string memory field = keccak256(bytes(name)) == keccak256("Acceptance") ? "expiry" : "validUntil";
        bytes32 typeHash = keccak256(bytes(string.concat(name, "(bytes32 channelId,uint64 ", field, ")")));
        return typed(separator, keccak256(abi.encode(typeHash, channelId, time)));
    }

    function signOrder(bytes32 separator, string memory name, bytes32 channelId, uint256 key, uint64 time)
        internal
        pure
        returns (Signature memory)
    {
        return signed(key, orderDigest(separator, name, channelId, time));
    }

    function permitDigest(bytes32 separator, address owner, address spender, uint256 value, uint256 nonce, uint256 deadline)
        internal
        pure
        returns (bytes32)
    {
        return typed(separator, keccak256(abi.encode(_PERMIT, owner, spender, value, nonce, deadline)));
    }
}
