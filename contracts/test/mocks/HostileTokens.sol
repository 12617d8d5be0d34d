// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TachyonToken} from "../../src/TachyonToken.sol";

/// @notice A token that keeps a part of each transfer, once it is switched on.
contract FeeToken is TachyonToken {
    uint256 public feePerTransfer;

    constructor(uint256 supply, uint256 fee) TachyonToken(msg.sender, supply) {
        feePerTransfer = fee;
    }

    function setFee(uint256 fee) external {
        feePerTransfer = fee;
    }

    function _update(address from, address to, uint256 value) internal override {
        bool isTransfer = from != address(0) && to != address(0);
        uint256 fee = isTransfer && value > feePerTransfer ? feePerTransfer : 0;
        super._update(from, to, value - fee);
        if (fee != 0) super._update(from, address(this), fee);
    }
}

/// @notice A token whose burn does nothing.
contract UnburnableToken is TachyonToken {
    constructor(uint256 supply) TachyonToken(msg.sender, supply) {}

    function burn(uint256) public override {}
}

/// @notice A token that says no by answering false.
contract FalseToken is TachyonToken {
    constructor(uint256 supply) TachyonToken(msg.sender, supply) {}

    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return false;
    }
}

/// @notice A token whose burn reverts without a reason, as one without any burn does.
contract BurnRefusingToken is TachyonToken {
    constructor(uint256 supply) TachyonToken(msg.sender, supply) {}

    function burn(uint256) public pure override {
        assembly ("memory-safe") {
            revert(0, 0)
        }
    }
}

/// @notice A token that calls back into the escrow in the middle of a transfer, as set up.
contract ReentrantToken is TachyonToken {
    address private _target;
    bytes private _callback;
    bytes public refusal;

    constructor(uint256 supply) TachyonToken(msg.sender, supply) {}

    function setCallback(address target, bytes calldata callback) external {
        _target = target;
        _callback = callback;
        delete refusal;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (_target == address(0)) return;
        address target = _target;
        _target = address(0);
        (, refusal) = target.call(_callback);
    }
}
