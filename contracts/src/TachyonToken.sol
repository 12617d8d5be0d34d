// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title IPX Token
/// @notice The money of the protocol: a plain ERC-20 with 18 decimals, EIP-2612 permits and burning. The whole supply
/// is made at deployment; there is no owner and no minter, so it can only shrink.
contract TachyonToken is ERC20, ERC20Permit, ERC20Burnable {
    /// @notice Makes the whole supply.
    /// @param holder Gets the whole supply.
    /// @param supply Base units.
    constructor(address holder, uint256 supply) ERC20("IPX Token", "IPX") ERC20Permit("IPX Token") {
        _mint(holder, supply);
    }
}
