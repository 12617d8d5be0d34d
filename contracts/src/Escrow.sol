// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IERC20Burnable} from "./interfaces/IERC20Burnable.sol";
import {IPaymentChannels} from "./interfaces/IPaymentChannels.sol";

/// @title The money of the escrow
/// @notice All that touches the token: exact amounts in, exact amounts out. Callers change their state first.
abstract contract Escrow is ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev Base units that the constructor borrows to try the token with.
    uint256 private constant _TRIAL_AMOUNT = 10_000;

    IERC20 private immutable _TOKEN;

    /// @dev Tries the token with 10,000 base units of the deployer, who must have given this address (known from its
    /// nonce) an allowance for them: in, half of it back, half of it burned, each exactly.
    constructor(IERC20 token_) {
        if (address(token_).code.length == 0) revert IPaymentChannels.TokenWithoutCode(address(token_));
        _TOKEN = token_;

        uint256 held = token_.balanceOf(address(this));
        token_.safeTransferFrom(msg.sender, address(this), _TRIAL_AMOUNT);
        _expect(token_, token_.balanceOf(address(this)), held + _TRIAL_AMOUNT);

        uint256 returned = _TRIAL_AMOUNT / 2;
        uint256 deployers = token_.balanceOf(msg.sender);
        token_.safeTransfer(msg.sender, returned);
        _expect(token_, token_.balanceOf(msg.sender), deployers + returned);
        _expect(token_, token_.balanceOf(address(this)), held + _TRIAL_AMOUNT - returned);

        uint256 supply = token_.totalSupply();
        // A token that cannot burn at all fails here without a word; the supply says what is wrong with it.
        try IERC20Burnable(address(token_)).burn(_TRIAL_AMOUNT - returned) {} catch {}
        _expect(token_, token_.totalSupply(), supply - (_TRIAL_AMOUNT - returned));
        _expect(token_, token_.balanceOf(address(this)), held);
    }

    /// @dev Takes exactly `amount` from `payer` by its allowance. The balances are compared each time, because the
    /// constructor's trial shows only what the token did then.
    function _pull(address payer, uint256 amount) internal {
        if (amount == 0) return;
        uint256 held = _TOKEN.balanceOf(address(this));
        _TOKEN.safeTransferFrom(payer, address(this), amount);
        uint256 received = _TOKEN.balanceOf(address(this)) - held;
        if (received != amount) revert IPaymentChannels.TransferNotExact(received, amount);
    }

    /// @dev Pays `amount` to `payee`.
    function _pay(address payee, uint256 amount) internal {
        if (amount != 0) _TOKEN.safeTransfer(payee, amount);
    }

    /// @dev Destroys `amount` of what is held.
    function _burn(uint256 amount) internal {
        if (amount != 0) IERC20Burnable(address(_TOKEN)).burn(amount);
    }

    /// @dev The token of all deposits and bonds.
    function _escrowToken() internal view returns (IERC20) {
        return _TOKEN;
    }

    function _expect(IERC20 token_, uint256 actual, uint256 expected) private pure {
        if (actual != expected) revert IPaymentChannels.TokenNotPlain(address(token_), actual, expected);
    }
}
