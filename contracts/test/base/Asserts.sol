// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {VM} from "./Vm.sol";

/// @notice The assertions that the tests use. A failing one ends the test with both values.
abstract contract Asserts {
    error NotEqual(string what, uint256 actual, uint256 expected);
    error NotEqualBytes(string what, bytes actual, bytes expected);
    error NotTrue(string what);

    function assertEq(uint256 actual, uint256 expected, string memory what) internal pure {
        if (actual != expected) revert NotEqual(what, actual, expected);
    }

    function assertEq(bytes memory actual, bytes memory expected, string memory what) internal pure {
        if (keccak256(actual) != keccak256(expected)) revert NotEqualBytes(what, actual, expected);
    }

    function assertEq(bytes32 actual, bytes32 expected, string memory what) internal pure {
        if (actual != expected) revert NotEqualBytes(what, abi.encode(actual), abi.encode(expected));
    }

    function assertEq(address actual, address expected, string memory what) internal pure {
        if (actual != expected) revert NotEqualBytes(what, abi.encode(actual), abi.encode(expected));
    }

    function assertTrue(bool condition, string memory what) internal pure {
        if (!condition) revert NotTrue(what);
    }

    /// @dev `value` folded into [low, high].
    function bound(uint256 value, uint256 low, uint256 high) internal pure returns (uint256) {
        if (value >= low && value <= high) return value;
        uint256 span = high - low + 1;
        return span == 0 ? value : low + value % span;
    }

    /// @dev The address of the key named `name`.
    function account(string memory name) internal returns (address who, uint256 key) {
        key = uint256(keccak256(bytes(name))) >> 8;
        who = VM.addr(key);
        VM.label(who, name);
    }
}
