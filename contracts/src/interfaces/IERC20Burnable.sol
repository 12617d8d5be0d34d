// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Burning
/// @notice The part of the token by which the escrow burns.
interface IERC20Burnable {
    /// @notice Destroys `amount` base units of the caller's balance.
    function burn(uint256 amount) external;
}
