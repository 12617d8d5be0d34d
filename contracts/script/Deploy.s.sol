// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {DevFaucet} from "../src/DevFaucet.sol";
import {PaymentChannels} from "../src/PaymentChannels.sol";
import {TachyonToken} from "../src/TachyonToken.sol";
import {VM} from "../test/base/Vm.sol";

/// @title The deployment, as transactions
/// @notice Run by scripts/deploy.mjs, which documents the settings. They come as environment variables, the key too,
/// so that it never shows in a list of processes.
contract Deploy {
    /// @dev What the constructor of PaymentChannels borrows to try the token.
    uint256 private constant _TRIAL_AMOUNT = 10_000;

    /// @notice Deploys what is missing.
    /// @return token The token: deployed, unless DEPLOY_TOKEN names one.
    /// @return channels The escrow, which is the proxy registry too.
    /// @return faucet The development faucet, or zero when DEPLOY_FAUCET is zero.
    function run() external returns (address token, address channels, address faucet) {
        uint256 key = VM.envOr("TACHYON_DEPLOYER_KEY", uint256(0));
        if (key == 0) VM.startBroadcast();
        else VM.startBroadcast(key);
        address deployer = key == 0 ? msg.sender : VM.addr(key);

        token = VM.envOr("DEPLOY_TOKEN", address(0));
        if (token == address(0)) {
            token = address(new TachyonToken(deployer, VM.envOr("DEPLOY_SUPPLY", uint256(0))));
        }
        channels = _deployChannels(IERC20(token), deployer);

        uint256 drip = VM.envOr("DEPLOY_FAUCET", uint256(0));
        if (drip != 0) {
            faucet = address(new DevFaucet(IERC20(token), drip, VM.envOr("DEPLOY_FAUCET_INTERVAL", uint256(0))));
            IERC20(token).transfer(faucet, drip * VM.envOr("DEPLOY_FAUCET_DRIPS", uint256(0)));
        }
        VM.stopBroadcast();
    }

    function _deployChannels(IERC20 token, address deployer) private returns (address channels) {
        // The approval is the deployer's next transaction, the deployment the one after.
        channels = VM.computeCreateAddress(deployer, VM.getNonce(deployer) + 1);
        token.approve(channels, _TRIAL_AMOUNT);
        new PaymentChannels(
            token,
            VM.envOr("DEPLOY_CONFIRM_TIMEOUT", uint256(0)),
            VM.envOr("DEPLOY_CHALLENGE_PERIOD", uint256(0)),
            VM.envOr("DEPLOY_PROXY_BOND", uint256(0)),
            VM.envOr("DEPLOY_LEAVING_DELAY", uint256(0))
        );
    }
}
