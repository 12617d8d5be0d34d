// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The burning part of the token
interface IERC20Burnable {
    /// @notice Destroys `amount` base units of the caller's balance.
    function burn(uint256 amount) external;
}
