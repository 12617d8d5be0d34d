// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title A faucet for development chains
/// @notice Gives a fixed amount of its own balance to whoever asks, once per recipient and interval. Fill it by
/// sending it tokens.
contract DevFaucet {
    using SafeERC20 for IERC20;

    /// @notice `recipient` was given `amount` base units.
    event Dripped(address indexed recipient, uint256 amount);

    /// @notice `recipient` may ask again from `nextDripAt` (seconds) on.
    error DrippedRecently(address recipient, uint256 nextDripAt, uint256 nowSeconds);

    IERC20 private immutable _TOKEN;
    uint256 private immutable _AMOUNT;
    uint256 private immutable _INTERVAL;

    /// @notice Seconds from which an account may be given tokens.
    mapping(address => uint256) public nextDripAt;

    /// @notice Fixes what it gives.
    /// @param token_ What it gives.
    /// @param amount_ Base units for each request.
    /// @param interval_ Seconds between two requests for one recipient.
    constructor(IERC20 token_, uint256 amount_, uint256 interval_) {
        _TOKEN = token_;
        _AMOUNT = amount_;
        _INTERVAL = interval_;
    }

    /// @notice Gives `recipient` the fixed amount.
    function drip(address recipient) external {
        uint256 next = nextDripAt[recipient];
        if (block.timestamp < next) revert DrippedRecently(recipient, next, block.timestamp);
        nextDripAt[recipient] = block.timestamp + _INTERVAL;
        emit Dripped(recipient, _AMOUNT);
        _TOKEN.safeTransfer(recipient, _AMOUNT);
    }

    /// @notice The token that it gives.
    function token() external view returns (address) {
        return address(_TOKEN);
    }

    /// @notice Base units for each request.
    function amount() external view returns (uint256) {
        return _AMOUNT;
    }

    /// @notice Seconds between two requests for one recipient.
    function interval() external view returns (uint256) {
        return _INTERVAL;
    }
}
